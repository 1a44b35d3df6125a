import type { Socket } from "node:net";

/** Calls back with each whole line a socket brings. One that is longer than `maxBytes` ends the connection: it is no line of ours. */
export function readLines(socket: Socket, maxBytes: number, onLine: (line: string) => void): void {
  let rest = "";
  socket.setEncoding("utf8");
  socket.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (!socket.destroyed) onLine(line);
    if (rest.length > maxBytes) socket.destroy();
  });
}
