import { expect, test } from "vitest";
import { mcpServersFor } from "../acp/mcp-servers.ts";
import { claudeAgentCommand, claudeCodeCommand } from "../claude/command.ts";
import type { AgentPlan } from "../plan.ts";
import { boardServer } from "./board-server.ts";

const environment = { RUNBOARD_URL: "http://127.0.0.1:3000", RUNBOARD_SANDBOX_TOKEN: "t0" } as never;
const plan = {
  boardTools: true,
  mcpServers: {},
  permissions: "ask",
  flags: [],
  gate: {},
  conversationId: null,
} as never as AgentPlan;
const board = boardServer(plan, environment)!;
const place = { gateUrl: "http://127.0.0.1:1", stateDirectory: "/home/s/.agent", conversationId: "c", board };
const theirs = { docs: { url: "https://docs.test/mcp" } };
const filesOf = ({ files }: { files: Record<string, string> }) =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [path.split("/").at(-1), JSON.parse(text)]));

test("the board is where the session reports, with the token that speaks for it", () => {
  expect(board).toEqual({ url: "http://127.0.0.1:3000/mcp", headers: { Authorization: "Bearer t0" } });
});

test("it is not there where the project does not give it, and steps back for a server of its name", () => {
  expect(boardServer({ ...plan, boardTools: false }, environment)).toBeNull();
  expect(boardServer({ ...plan, mcpServers: { runboard: theirs.docs } }, environment)).toBeNull();
  expect(boardServer(plan, {} as never)).toBeNull();
});

test("Claude Code gets it and nothing that it would find itself, and uses it without asking", () => {
  const command = claudeCodeCommand(plan, place);
  expect(command.args).toEqual(expect.arrayContaining(["--mcp-config", "/home/s/.agent/mcp-servers.json"]));
  expect(command.args).toContain("--strict-mcp-config");
  expect(filesOf(command)).toEqual({
    "mcp-servers.json": { mcpServers: { runboard: { type: "http", ...board } } },
    "settings.json": { permissions: { allow: ["mcp__runboard"] } },
  });
  expect(claudeCodeCommand(plan, { ...place, board: null })).toMatchObject({ files: {} });
});

test("claude-agent gets it beside the servers of task and project, and no others", () => {
  const command = claudeAgentCommand({ ...plan, mcpServers: theirs }, place);
  expect(command.args).toContain("--strict-mcp-config");
  expect(Object.keys(filesOf(command)["mcp-servers.json"].mcpServers)).toEqual(["runboard", "docs"]);
});

test("an agent that speaks ACP gets it where it takes servers over HTTP, and else goes on without", () => {
  expect(mcpServersFor({ plan, place }, { http: true })).toMatchObject([{ name: "runboard", url: board.url }]);
  expect(mcpServersFor({ plan, place }, {})).toEqual([]);
});
