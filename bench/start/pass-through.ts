// The floor of a start: request → process → event on the stack Runboard uses (node:http, socket.io), with no store, no guard, no
// sandbox and no clone. A process of its own, as the web process is. Its greeting names its address.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Server } from "socket.io";
import { serveProgram } from "../program.ts";

const http = createServer((request, response) => {
  void start(request).then((id) => {
    response.writeHead(201, { "content-type": "application/json" }).end(JSON.stringify({ id }));
  });
});
const io = new Server(http, { serveClient: false, perMessageDeflate: false });
let last = 0;

http.listen(0, "127.0.0.1");
await once(http, "listening");
serveProgram(() => ({}), { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` });

async function start(request: IncomingMessage): Promise<number> {
  const { title } = JSON.parse(await text(request)) as { title: string };
  const id = ++last;
  const child = spawn(title, { stdio: "ignore" });
  const tell = (to: string) => io.emit("TASK_STATUS_CHANGED", { entityId: id, payload: { to } });
  child.once("spawn", () => tell("RUNNING"));
  child.once("exit", () => tell("COMPLETED"));
  return id;
}
