import { cpus, release, totalmem } from "node:os";

/** What the figures were taken on, in one line. */
export function machine(): string {
  const processors = cpus();
  const model = processors[0]?.model.trim() || process.arch;
  const memoryGb = Math.round(totalmem() / 1024 ** 3);
  return `${processors.length} × ${model}, ${memoryGb} GB, ${process.platform} ${release()}, Node ${process.versions.node}`;
}
