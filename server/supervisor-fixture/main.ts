import { stopSignals } from "../stop-signals.ts";
import { supervise } from "../supervisor.ts";

// The supervisor as `npm start` runs it, with the two given files for web and orchestrator.
const [web = "", orchestrator = ""] = process.argv.slice(2);
const log = (line: string) => console.log(line);
process.exit(await supervise({ web, orchestrator, log, ...stopSignals(log) }));
