import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { eventually } from "../eventually.ts";
import { createSessionDirectory } from "../session-directory.ts";
import { machinesFor } from "./bwrap-testing.ts";
import { behindRelays } from "./relay.ts";

const shared = mkdtempSync(join(tmpdir(), "runboard-relay-"));
const machines = await machinesFor(shared);
afterAll(() => rmSync(shared, { recursive: true, force: true }));

const socat = { kind: "socat", file: "/usr/bin/socat" } as const;

test("without relays a command is itself; with them each is named by port, its hexadecimal and its place inside", () => {
  expect(behindRelays(socat, [], ["/bin/x", "a"])).toEqual(["/bin/x", "a"]);
  const relays = [
    { port: 3000, socket: "/a/web.sock" },
    { port: 80, socket: "/b/gate.sock" },
  ];
  const args = behindRelays(socat, relays, ["/bin/x", "a"]);
  expect(args.slice(0, 2)).toEqual(["/bin/sh", "-c"]);
  expect(args.slice(3).join(" ")).toBe(
    "runboard /usr/bin/socat 3000 0BB8 /run/runboard/0/web.sock 80 0050 /run/runboard/1/gate.sock -- /bin/x a",
  );
});

test.each(["a,b", "a:b", "a b", "$(x)", "a!!b"])(
  "a socket called %j is refused: it would mean something to socat",
  (name) => {
    expect(() => behindRelays(socat, [{ port: 1, socket: `/a/${name}` }], ["/bin/x"])).toThrow("socket");
  },
);

for (const { who, isHere, make } of machines)
  test.skipIf(!isHere)(
    `where socat is not there Node relays, ${who}`,
    async () => {
      const place = mkdtempSync(join(shared, "place-"));
      const socket = join(place, "sockets", "web.sock");
      mkdirSync(join(place, "sockets"));
      const server = createServer({ allowHalfOpen: true }, (connection) => {
        let bytes = 0;
        connection.on("data", (chunk) => {
          bytes += chunk.length;
        });
        connection.on("end", () => connection.end(`${bytes} bytes\n`));
      });
      await new Promise<void>((resolve) => server.listen(socket, resolve));
      const made = await make({ port: 39_010, socket }, { kind: "node", file: process.execPath });
      made.handOver(join(place, "sockets"));
      const directory = join(place, "session");
      createSessionDirectory(directory);
      made.handOver(directory);
      const script = `const net = require("node:net");
      const way = net.connect({ port: 39010, host: "127.0.0.1", allowHalfOpen: true });
      way.on("error", (error) => console.log(error.code)).pipe(process.stdout);
      way.end(Buffer.alloc(3_000_000));`;
      const plan = { sessionId: "session", directory, command: "node", args: ["-e", script] };
      const { identity } = await made.sandbox.launch({ ...plan, workingDirectory: null, environment: {} });
      const look = () => made.sandbox.look(directory, identity);
      const output = () => readFileSync(join(directory, "output.log"), "utf8");
      await eventually(async () => (await look()).kind === "exited", 60_000).catch(async ({ message }: Error) => {
        throw new Error(`${message} ${JSON.stringify(await look())}, its output: ${output()}`);
      });
      expect(output()).toBe("3000000 bytes\n");
      await made.close();
      server.close();
    },
    90_000,
  );
