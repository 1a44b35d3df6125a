import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { get, type RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { env } from "@/lib/env.ts";
import { newProject, provideTestDatabase } from "@/lib/testing/world.ts";
import { nonceHeader, proofHeader, proofOf } from "@/lib/token/owner-proof.ts";
import { ownerToken } from "../web/testing.ts";
import { type Liar, startLiar } from "./liar.ts";
import { provideCommandLine, type Serving, serve } from "./testing.ts";

provideTestDatabase();
const home = mkdtempSync(join(tmpdir(), "runboard-cli-proof-"));
const environment: Record<string, string> = { RUNBOARD_HOME: home, PORT: "9" };
const cli = provideCommandLine(environment);
let serving: Serving;
let key: string;
const says = (address: string) => writeFileSync(join(home, "address"), `${address}\n`, { mode: 0o600 });
beforeAll(async () => {
  Object.assign(env, { RUNBOARD_TOKEN: ownerToken });
  writeFileSync(join(home, "token"), `${ownerToken}\n`, { mode: 0o600 });
  serving = await serve();
  ({ key } = await newProject());
});
afterAll(async () => {
  await serving.stop();
  rmSync(home, { recursive: true });
});

const liars: Liar[] = [];
const lying = async (...how: Parameters<typeof startLiar>): Promise<Liar> => {
  const liar = await startLiar(...how);
  liars.push(liar);
  says(liar.url);
  return liar;
};
afterEach(async () => {
  for (const liar of liars.splice(0)) await liar.stop();
  rmSync(join(home, "address"), { force: true });
});

const portOf = (url: string): number => Number(new URL(url).port);

/** Passes on what it is asked to the real server, under the Host header that `hostOf` makes of the one that was sent. */
const relay =
  (hostOf: (host: string) => string): RequestListener =>
  ({ url, headers }, response) => {
    const passedOn = { ...headers, host: hostOf(headers.host!) };
    get({ host: "127.0.0.1", port: portOf(serving.url), path: url, headers: passedOn }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
  };

describe("the token of the home", () => {
  it("is sent to the server that proves to know it, by the address of the home and by RUNBOARD_URL alone", async () => {
    says(serving.url);
    expect(await cli.run(["project", "list"])).toMatchObject({ code: 0, out: expect.stringContaining(key), err: "" });
    const { port } = new URL(serving.url);
    for (const RUNBOARD_URL of [serving.url, `http://localhost:${port}`]) {
      const { code, err } = await cli.run(["project", "list"], { environment: { RUNBOARD_URL } });
      expect({ code, err }).toEqual({ code: 0, err: "" });
    }
  });

  it.each<[string, RequestListener | undefined, RegExp]>([
    [
      "answers what an older Runboard does",
      undefined,
      /does not prove .*another program, or a Runboard older than this/,
    ],
    [
      "makes a proof up",
      (_, response) => void response.setHeader(proofHeader, "0".repeat(64)).end("{}"),
      /does not know the token in .*token: it is another program/,
    ],
    ["asks the real server in its own name", relay((host) => host), /answers with status 421/],
    ["asks the real server in that one's name", relay(() => new URL(serving.url).host), /does not know the token/],
    [
      "tells what to do in its own words",
      (_, response) =>
        void response.writeHead(401).end('{"code":"UNAUTHENTICATED","message":"Send it to me","details":{}}'),
      /answers with status 401/,
    ],
  ])("is not sent to who %s", async (_, lie, words) => {
    const liar = await lying(lie);
    const { code, out, err } = await cli.run(["project", "list"]);
    expect({ code, out }).toEqual({ code: 3, out: "" });
    expect(err).toMatch(words);
    expect(err).toContain(`UNAUTHENTICATED: ${liar.url} `);
    expect(err).toContain("The token was not sent. Start Runboard with npm start");
    expect(err).not.toContain("Send it to me");
    expect(liar.heard).toMatchObject([{ path: "/api/health/live" }]);
    expect(liar.hasToken()).toBe(false);
    expect(JSON.stringify(liar.heard)).not.toContain(ownerToken);
  });

  it("is not sent where RUNBOARD_URL alone leads to a liar, nor to the port that is guessed", async () => {
    const liar = await lying();
    rmSync(join(home, "address"));
    for (const more of [{ RUNBOARD_URL: liar.url }, { PORT: String(liar.port) }] as Record<string, string>[])
      expect((await cli.run(["project", "list"], { environment: more })).code).toBe(3);
    expect(liar.heard).toHaveLength(2);
    expect(liar.hasToken()).toBe(false);
  });

  it("is not sent over another connection than the one of the proof", async () => {
    const liar = await lying(({ headers }, response) => {
      const challenge = { host: headers.host!, nonce: String(headers[nonceHeader]) };
      response.setHeader(proofHeader, proofOf(ownerToken, challenge)).setHeader("connection", "close").end("{}");
    });
    const { code, err } = await cli.run(["project", "list"]);
    expect({ code, err }).toEqual({ code: 7, err: expect.stringContaining("went away before it answered") });
    expect(liar.heard.map(({ path }) => path)).toEqual(Array(3).fill("/api/health/live"));
    expect(liar.hasToken()).toBe(false);
  });

  it("is not sent to who has the port of localhost's other address, and the server is found beside", async (test) => {
    const port = portOf(serving.url);
    const liar = await lying(
      relay((host) => host),
      { port, host: "::1" },
    ).catch(() => test.skip("there is no ::1"));
    const named = await cli.run(["project", "list"], { environment: { RUNBOARD_URL: `http://localhost:${port}` } });
    expect(named).toMatchObject({ code: 0, err: "" });
    expect((await cli.run(["project", "list"])).code).toBe(3);
    expect(liar.heard).toHaveLength(1);
    expect(liar.hasToken()).toBe(false);
  });

  it("is proven of an address, for localhost is two of them and the server goes by that name at both", async () => {
    const liar = await lying();
    const { code } = await cli.run(["project", "list"], {
      environment: { RUNBOARD_URL: `http://localhost:${liar.port}` },
    });
    expect(code).toBe(3);
    expect(liar.heard.map(({ headers }) => headers.host)).toEqual([`127.0.0.1:${liar.port}`]);
    expect(liar.hasToken()).toBe(false);
  });

  it("is not read where it is so short that a proof would give it away", async () => {
    const short = mkdtempSync(join(tmpdir(), "runboard-cli-short-"));
    writeFileSync(join(short, "token"), "correct horse battery staple\n", { mode: 0o600 });
    const liar = await lying();
    const { code, err } = await cli.run(["project", "list"], {
      environment: { RUNBOARD_HOME: short, RUNBOARD_URL: liar.url },
    });
    expect({ code, err }).toEqual({ code: 3, err: expect.stringContaining("fewer than 43 characters") });
    expect(liar.heard).toEqual([]);
    rmSync(short, { recursive: true });
  });
});

it("a token of RUNBOARD_TOKEN is sent as it is, for nothing is proven of servers elsewhere", async () => {
  const liar = await lying();
  const { code } = await cli.run(["project", "list"], { environment: { RUNBOARD_TOKEN: "t".repeat(30) } });
  expect(code).toBe(0);
  expect(liar.heard.every(({ path }) => path.startsWith("/api/v1/"))).toBe(true);
  expect(liar.hasToken()).toBe(true);
});

it("completions of a liar are none, and its port is told no token", async () => {
  const liar = await lying((_, response) => void response.end('{"status":"ok","items":[{"key":"EVIL","name":"x"}]}'));
  const { code, out, err } = await cli.run(["complete", "--", "task", "list", ""]);
  expect({ code, out, err }).toEqual({ code: 0, out: "", err: "" });
  expect(liar.heard).toMatchObject([{ path: "/api/health/live" }]);
  expect(liar.hasToken()).toBe(false);
  says(serving.url);
  expect((await cli.run(["complete", "--", "task", "list", ""])).out).toContain(key);
});

it("doctor says that it is not the server of this home, and what to do", async () => {
  const liar = await lying();
  const { code, out } = await cli.run(["doctor", "--json"]);
  const { checks } = JSON.parse(out) as { checks: { name: string; status: string; found: string; advice: string }[] };
  expect(code).toBe(1);
  expect(checks.filter(({ name }) => name === "server" || name === "access")).toEqual([
    {
      name: "server",
      status: "fail",
      found: expect.stringContaining(`${liar.url} does not prove that it knows the token in ${home}/token`),
      advice: expect.stringContaining("Start Runboard with npm start"),
    },
  ]);
  // What it asks first, whether anybody is there, says no token either.
  expect(liar.heard.map(({ headers }) => headers.authorization?.replace("Bearer", "").trim() ?? "")).toEqual(["", ""]);
  says(serving.url);
  expect((await cli.run(["doctor", "--json"])).out).toContain("the server proves that it knows the token");
});

it("nobody is asked for a version or for help", async () => {
  const liar = await lying();
  for (const args of [["--version"], ["--help"], ["task", "create", "--help"], ["help", "task"]])
    expect((await cli.run(args)).code).toBe(0);
  expect(liar.heard).toEqual([]);
});

it("who follows is told when somebody else has taken the server's place, and gives him nothing", async () => {
  says(serving.url);
  let liar: Promise<Liar> | undefined;
  const { code, err } = await cli.run(["event", "list", key, "--after", "0", "--follow", "--json"], {
    onOutput: () => {
      liar ??= serving.stop().then(() => lying(undefined, { port: portOf(serving.url) }));
    },
  });
  expect({ code, err }).toEqual({ code: 3, err: expect.stringContaining("does not prove that it knows the token") });
  expect((await liar)?.hasToken()).toBe(false);
  await (await liar)?.stop();
  liars.length = 0;
  await serving.start();
});
