import { existsSync, watch } from "node:fs";
import { fileURLToPath } from "node:url";
import { stopSignals } from "./stop-signals.ts";
import { supervise } from "./supervisor.ts";

// `npm start` (built, beside web.js and orchestrator.js) and `npm run dev` (TypeScript): the supervisor.

const inDevelopment = import.meta.url.endsWith(".ts");
const log = (line: string) => console.log(line);
const onChange = inDevelopment ? watchSources : undefined;

process.exit(
  await supervise({ web: beside("web"), orchestrator: beside("orchestrator"), log, onChange, ...stopSignals(log) }),
);

function beside(name: string): string {
  const path = fileURLToPath(new URL(`./${name}.${inDevelopment ? "ts" : "js"}`, import.meta.url));
  if (!existsSync(path)) throw new Error(`${path} is missing. Run \`npm run build\`.`);
  return path;
}

/** An editor writes one file several times: one call a moment after the last. */
function watchSources(listener: () => void): void {
  let timer: NodeJS.Timeout | undefined;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(listener, 200);
  };
  for (const directory of ["../server/", "../lib/"])
    watch(new URL(directory, import.meta.url), { recursive: true }, later);
}
