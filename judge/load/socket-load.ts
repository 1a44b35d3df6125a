// A process of its own: many sockets, each following one project, and how late each event reached each of them.
import { io, type Socket } from "socket.io-client";

export interface SocketLoad {
  url: string;
  token: string;
  projectIds: string[];
  sockets: number;
}

export interface SocketReport {
  events: number;
  /** Lateness of a share of the events, ms. */
  lagsMs: number[];
  /** Events that were missing or came twice. */
  gaps: number;
  disconnects: number;
}

const lagsMax = 200_000;
const load: SocketLoad = JSON.parse(process.argv[2]!);
const report: SocketReport = { events: 0, lagsMs: [], gaps: 0, disconnects: 0 };
const sockets: Socket[] = [];
for (let n = 0; n < load.sockets; n++) sockets.push(await connected(load.projectIds[n % load.projectIds.length]!));
process.send?.("connected");
process.on("message", (message) => {
  if (message === "measure") Object.assign(report, { events: 0, lagsMs: [], gaps: 0, disconnects: 0 });
  if (message === "tell") process.send?.(report);
});
process.on("disconnect", () => process.exit(0));

function connected(projectId: string): Promise<Socket> {
  const socket = io(load.url, { auth: { token: load.token }, transports: ["websocket"], forceNew: true });
  let last: number | null = null;
  socket.onAny((_type: string, { seq, at }: { seq: number; at: string }) => {
    if (last !== null && seq !== last + 1) report.gaps += 1;
    last = seq;
    report.events += 1;
    const place = report.events < lagsMax ? report.events : Math.floor(Math.random() * lagsMax);
    report.lagsMs[place] = Date.now() - Date.parse(at);
  });
  socket.on("disconnect", () => {
    report.disconnects += 1;
  });
  return new Promise((resolve, reject) => {
    socket.once("connect_error", reject);
    socket.emit("subscribe", { projectId }, () => resolve(socket));
  });
}
