import { cpus, release, totalmem, type } from "node:os";

/** What the figures were taken on, in one line. */
export function machine(): string {
  const processors = cpus();
  const model = processors[0]?.model.trim() || process.arch;
  const memoryGb = Math.round(totalmem() / 1024 ** 3);
  return `${processors.length} × ${model}, ${memoryGb} GB, ${type()} ${release().match(/^\d+\.\d+/)}, Node ${process.versions.node}`;
}
