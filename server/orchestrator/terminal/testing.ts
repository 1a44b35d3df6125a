import { once } from "node:events";
import { stripVTControlCharacters } from "node:util";
import { io as connectClient, type Socket } from "socket.io-client";
import type { ClientToServerEvents, ServerToClientEvents, TerminalView } from "@/lib/live-protocol.ts";
import { call, newTask } from "@/lib/testing/world.ts";
import { eventually } from "../../sandbox/eventually.ts";
import { ownerToken, type Served } from "../../web/testing.ts";
import { sessionsOf } from "../testing.ts";

/** A browser in front of a terminal, for tests. */
export interface TestViewer {
  socket: Socket<ServerToClientEvents, ClientToServerEvents>;
  /** All it was sent since the screen was last cleared. */
  shown: () => string;
  state: () => TerminalView | null;
  closed: () => { mayReopen: boolean } | null;
  /** Answers as the server does, `{ ok }`. */
  ask: (name: string, more?: object) => Promise<{ ok: boolean; code?: string; message?: string }>;
  /** Until it has been shown; colours and movements of the cursor left out. */
  sees: (text: string | RegExp, withinMs?: number) => Promise<string>;
}

export async function viewTerminal(served: Served, sessionId: string, token = ownerToken): Promise<TestViewer> {
  const socket: TestViewer["socket"] = connectClient(`http://127.0.0.1:${served.port}`, {
    auth: { token },
    transports: ["websocket"],
    forceNew: true,
  });
  let [shown, state, closed]: [string, TerminalView | null, { mayReopen: boolean } | null] = ["", null, null];
  socket.on("terminalOutput", ({ data }) => {
    shown += data;
  });
  socket.on("terminalClear", () => {
    shown = "";
    closed = null;
  });
  socket.on("terminalState", (told) => {
    state = told;
  });
  socket.on("terminalClosed", (told) => {
    closed = told;
  });
  await once(socket as never, "connect");
  const ask: TestViewer["ask"] = (name, more = {}) =>
    (socket as unknown as Socket).timeout(15_000).emitWithAck(name, { sessionId, ...more });
  return {
    socket,
    ask,
    shown: () => shown,
    state: () => state,
    closed: () => closed,
    sees: (text, withinMs = 15_000) => {
      // The same screen is drawn in many ways.
      const plain = () => stripVTControlCharacters(shown);
      const isThere = () => (typeof text === "string" ? plain().includes(text) : text.test(plain()));
      return eventually(() => isThere() && plain(), withinMs).catch(() => {
        throw new Error(`Not shown: ${text}. But: ${plain().slice(-2000)}`);
      });
    },
  };
}

/** An interactive session of a task that runs a program, once its terminal is recorded. */
export async function startInteractive(
  projectId: string,
  spec: Record<string, unknown>,
  more: object = {},
): Promise<{ taskId: string; sessionId: string }> {
  const { id: taskId } = await newTask(projectId, { spec, ...more });
  await call("session", "start", { taskId, type: "interactive", queue: true });
  const session = await eventually(
    async () => (await sessionsOf(taskId)).find((one) => one.terminalSocket !== null && one.status === "RUNNING"),
    30_000,
  );
  return { taskId, sessionId: session.id };
}
