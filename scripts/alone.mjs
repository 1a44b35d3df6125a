// npm run web, npm run orchestrator: one process on a DATABASE_URL that several machines share.
import { readFlags } from "./read-flags.mjs";
import { setUp } from "./setup.mjs";

process.env.NODE_ENV ||= "production";
readFlags(`npm run ${process.argv[2]} --`, process.argv.slice(3));
const pages = process.argv[2] === "web" ? ["pages"] : [];
await setUp(["packages", "client", "routes", "server", ...pages]);
process.setSourceMapsEnabled(true);
await import("../.build/alone.js");
