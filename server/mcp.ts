import { runBridge } from "./mcp/bridge.ts";

// `runboard mcp`: MCP on stdio for editors and agents, passed on to the running server. Nothing but messages is on stdout.
await runBridge(process.stdin, process.stdout);
