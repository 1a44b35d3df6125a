// npm run dev: the same supervisor from TypeScript; pages reload by themselves, the orchestrator restarts on a change.
import { setUp } from "./setup.mjs";

process.env.NODE_ENV = "development";
await setUp(["development", "client", "routes"]);
await import("./typescript.mjs");
await import("../server/main.ts");
