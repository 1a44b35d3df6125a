// Many sockets of the library browsers use, all following one project. Greets once they are connected; answers { event: n } once
// each of them has got its nth event, with when the last one did, { open: n } and { close: n } with how many are open.
import { io, type Socket } from "socket.io-client";
import { givenToProgram, serveProgram } from "../program.ts";
import { createArrivals, inGroups } from "./arrivals.mjs";

export interface IoClients {
  url: string;
  token: string;
  projectId: string;
  sockets: number;
}

const { url, token, projectId, sockets } = givenToProgram<IoClients>();
const arrivals = createArrivals();
const open: Socket[] = [];
await openMore(sockets);
serveProgram<{ event?: number; open?: number; close?: number }>(async (question) => {
  if (question.event !== undefined) return arrivals.all(question.event, open.length);
  await openMore(question.open ?? 0);
  for (const socket of open.splice(0, question.close ?? 0)) socket.close();
  return { open: open.length };
});

async function openMore(count: number): Promise<void> {
  await inGroups(count, async () => {
    open.push(await follow());
  });
}

function follow(): Promise<Socket> {
  const socket = io(url, { auth: { token }, transports: ["websocket"], forceNew: true });
  let seen = 0;
  socket.onAny(() => arrivals.one(++seen));
  return new Promise((resolve, reject) => {
    socket.once("connect_error", reject);
    socket.emit("subscribe", { projectId }, () => resolve(socket));
  });
}
