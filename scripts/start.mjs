// npm start: what is missing or stale first, then the supervisor in this very process, so signals reach it directly.
import { setUp } from "./setup.mjs";

process.env.NODE_ENV ||= "production";
await setUp();
process.setSourceMapsEnabled(true);
await import("../.build/main.js");
