import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newProject, provideTestDatabase } from "@/lib/testing/world.ts";
import { startLiar } from "../cli/liar.ts";
import { answerApi, answerMcp } from "../web/answer-api.ts";
import { ownerToken, serveDuringTests, startWebServer } from "../web/testing.ts";

provideTestDatabase();
const served = serveDuringTests({ handleApi: answerApi, handleMcp: answerMcp });
const home = mkdtempSync(join(tmpdir(), "runboard-mcp-"));
beforeAll(() => writeFileSync(join(home, "token"), `${ownerToken}\n`, { mode: 0o600 }));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const program = ["--import", "tsx", "server/mcp.ts"];
const environment = (more: Record<string, string> = {}): Record<string, string> => ({
  ...{ PATH: process.env.PATH!, RUNBOARD_HOME: home, PORT: String(served.port) },
  ...more,
});

async function connect(more?: Record<string, string>): Promise<Client> {
  const client = new Client({ name: "test", version: "1" });
  const transport = new StdioClientTransport({ command: process.execPath, args: program, env: environment(more) });
  await client.connect(transport as never);
  return client;
}

describe("runboard mcp", () => {
  it("passes on what the server has, with the token of its home; a restart is survived", {
    timeout: 60_000,
  }, async () => {
    const client = await connect();
    expect(client.getServerVersion()).toMatchObject({ name: "runboard" });
    const { key } = await newProject();
    const get = () => client.callTool({ name: "project_get", arguments: { projectId: key } });
    expect(await get()).toMatchObject({ structuredContent: { key } });

    await served.web.stop(0);
    expect(await get()).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('"UNAVAILABLE"') }] });
    await expect(client.listTools()).rejects.toThrow(/does not answer/);
    const again = await startWebServer({ handleApi: answerApi, handleMcp: answerMcp });
    writeFileSync(join(home, "address"), `http://127.0.0.1:${again.port}\n`, { mode: 0o600 });
    expect(await get()).toMatchObject({ structuredContent: { key } });
    served.web = again.web;
    await client.close();
  });

  it("gives no token to who has taken the server's place meanwhile, whatever it answers", {
    timeout: 60_000,
  }, async () => {
    const client = await connect();
    const port = served.port;
    const { key } = await newProject();
    const get = () => client.callTool({ name: "project_get", arguments: { projectId: key } });
    expect(await get()).toMatchObject({ structuredContent: { key } });

    await served.web.stop(0);
    const liar = await startLiar(
      (_, response) => void response.end('{"status":"ok","jsonrpc":"2.0","id":1,"result":{}}'),
      { port },
    );
    writeFileSync(join(home, "address"), `${liar.url}\n`, { mode: 0o600 });
    const { content, isError } = (await get()) as { content: { text: string }[]; isError: boolean };
    expect(isError).toBe(true);
    expect(JSON.parse(content[0]!.text)).toMatchObject({
      code: "UNAUTHENTICATED",
      message: expect.stringContaining(`${liar.url} does not prove that it knows the token`),
      nextStep: "Ask a person to start Runboard, then call again.",
    });
    expect(liar.heard).toMatchObject([{ path: "/api/health/live" }]);
    expect(liar.hasToken()).toBe(false);

    await liar.stop();
    const again = await startWebServer({ handleApi: answerApi, handleMcp: answerMcp });
    writeFileSync(join(home, "address"), `http://127.0.0.1:${again.port}\n`, { mode: 0o600 });
    expect(await get()).toMatchObject({ structuredContent: { key } });
    Object.assign(served, again);
    await client.close();
  });

  it("says why it may not: a wrong token, a token file that is a link", { timeout: 60_000 }, async () => {
    await expect(connect({ RUNBOARD_TOKEN: "w".repeat(30) })).rejects.toThrow(/UNAUTHENTICATED|Sign in first/);
    const planted = mkdtempSync(join(tmpdir(), "runboard-mcp-"));
    symlinkSync(join(home, "token"), join(planted, "token"));
    await expect(connect({ RUNBOARD_HOME: planted })).rejects.toThrow(/symbolic link/);
    rmSync(planted, { recursive: true });
  });

  it("has nothing on stdout but messages, answers what is none, and ends with its input", {
    timeout: 60_000,
  }, async () => {
    const child = spawn(process.execPath, program, {
      env: environment() as NodeJS.ProcessEnv,
      stdio: ["pipe", "pipe", "inherit"],
    });
    child.stdin.end(
      'nonsense\n\n{"jsonrpc":"2.0","method":"notifications/initialized"}\n{"jsonrpc":"2.0","id":7,"method":"ping"}\n',
    );
    let said = "";
    for await (const chunk of child.stdout) said += chunk;
    const lines = said
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { id: null, error: { code: -32700 } },
      { jsonrpc: "2.0", id: 7 },
    ]);
    expect(child.exitCode ?? (await new Promise((resolve) => child.once("exit", resolve)))).toBe(0);
  });
});
