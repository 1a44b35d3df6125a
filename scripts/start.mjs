// npm start: what is missing or stale first, then the supervisor in this very process, so signals reach it directly.
import { readFlags } from "./read-flags.mjs";
import { setUp } from "./setup.mjs";

process.env.NODE_ENV ||= "production";
readFlags("npm start --");
await setUp();
process.setSourceMapsEnabled(true);
await import("../.build/main.js");
