import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { McpServer } from "@/lib/task/schema.ts";
import { eventually } from "../../sandbox/eventually.ts";
import { createStage } from "../testing/drive.ts";
import { type ModelEndpoint, startModelEndpoint } from "../testing/model-endpoint.ts";
import { realClaude, realMcpServer } from "../testing/programs.ts";

const program = realClaude();
const everything = realMcpServer();
const isHere = program !== null && everything !== null;
const agent = "claude-agent";
const key = "the-real-key-of-the-operator";

describe.skipIf(!isHere)(
  `claude-agent with MCP servers${isHere ? "" : " (not installed: npm test installs them)"}`,
  {
    timeout: 120_000,
  },
  () => {
    let stage: ReturnType<typeof createStage>;
    let model: ModelEndpoint;
    let server: ChildProcess;
    let port: number;
    beforeAll(async () => {
      stage = createStage();
      model = await startModelEndpoint({ key });
      port = await freePort();
      const env = { ...process.env, PORT: String(port) };
      server = spawn(process.execPath, [everything!, "streamableHttp"], { env, stdio: ["ignore", "ignore", "pipe"] });
      let said = "";
      server.stderr!.on("data", (chunk) => {
        said += chunk;
      });
      await eventually(() => said.includes("listening"), 60_000);
    }, 90_000);
    afterAll(async () => {
      server.kill("SIGKILL");
      await stage.end();
      await model.close();
    });

    const drive = (mcpServers: Record<string, McpServer>, prompt: string) =>
      stage.drive({
        ...{ program: [program!], upstream: model.url, environment: { RUNBOARD_GATE_API_KEY: key } },
        plan: { agent, prompt, mcpServers },
      });

    test("calls someone else's server over stdio and over HTTP", async () => {
      const driven = await drive(
        {
          local: { command: process.execPath, args: [everything!, "stdio"] },
          web: { url: `http://127.0.0.1:${port}/mcp` },
        },
        'do: call mcp__local__echo {"message":"hello there"}\ndo: call mcp__web__get-sum {"a":20,"b":22}\ndo: say Both.',
      );
      const { outcome, events } = await driven.ended();
      expect(outcome.end).toMatchObject({ reason: "DONE", result: "Both." });
      expect(events.find(({ kind }) => kind === "started")).toMatchObject({
        mcpServers: [
          { name: "local", status: "connected" },
          { name: "web", status: "connected" },
        ],
      });
      expect(events.flatMap((event) => (event.kind === "toolStarted" ? [event.title] : []))).toEqual([
        "local: echo",
        "web: get-sum",
      ]);
      const outputs = events.flatMap((event) => (event.kind === "toolEnded" ? [event.output] : []));
      expect(outputs).toEqual([expect.stringContaining("hello there"), expect.stringContaining("42")]);
    });

    test.each<[string, McpServer]>([
      ["a program that ends", { command: process.execPath, args: ["-e", "process.exit(3)"] }],
      ["a program that is not there", { command: "/no/such/program" }],
      ["an address where nobody answers", { url: "http://127.0.0.1:9/mcp" }],
    ])("%s is an error that names the server, and the model is asked nothing", async (_, dead) => {
      const before = model.requests.length;
      const driven = await drive(
        { dead, local: { command: process.execPath, args: [everything!, "stdio"] } },
        "do: say Hi.",
      );
      const { exitCode, outcome, events } = await driven.ended();
      expect(outcome.end).toMatchObject({ reason: "MCP_SERVER", message: expect.stringContaining("dead (failed") });
      expect(outcome.end.message).not.toContain("local");
      expect([exitCode, model.requests.length]).toEqual([1, before]);
      expect(events.some(({ kind }) => kind === "prompted")).toBe(false);
    });
  },
);

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
