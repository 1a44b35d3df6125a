import { join } from "node:path";
import { boardServerName } from "../driver/board-server.ts";

/**
 * Settings by which Claude uses the board's tools without asking: what they may do is decided by Runboard, whatever the project's policy
 * says of everything else. `directory`: where it keeps its state.
 */
export const boardPermission = (directory: string): Record<string, string> => ({
  [join(directory, "settings.json")]: JSON.stringify({ permissions: { allow: [`mcp__${boardServerName}`] } }),
});
