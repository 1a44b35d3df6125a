import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createLive } from "@/lib/client/live-socket.ts";

/** A socket in the test's hands; it does nothing by itself. */
function fakeSocket() {
  const listeners = new Map<string, (() => void)[]>();
  const socket = {
    connected: false,
    on: (name: string, listener: () => void) => listeners.set(name, [...(listeners.get(name) ?? []), listener]),
    onAny: () => {},
    emit: vi.fn(),
    connect: vi.fn(() => socket),
    disconnect: vi.fn(() => socket),
  };
  const say = (name: string) => {
    socket.connected = name === "connect";
    for (const listener of listeners.get(name) ?? []) listener();
  };
  return { socket, say };
}

let stage: ReturnType<typeof fakeSocket>;
vi.mock("socket.io-client", () => ({ io: () => stage.socket }));

beforeEach(() => {
  stage = fakeSocket();
  vi.stubGlobal("window", new EventTarget());
  vi.stubGlobal("navigator", { onLine: true });
});
afterEach(() => vi.unstubAllGlobals());

/** The window's word on the network. */
function network(word: "online" | "offline") {
  vi.stubGlobal("navigator", { onLine: word === "online" });
  window.dispatchEvent(new Event(word));
}

async function startLive() {
  const live = createLive();
  const plugged = new Promise((resolve) => live.onWire(resolve));
  live.start();
  await vi.dynamicImportSettled();
  stage.say("connect");
  await plugged;
  return live;
}

test("a window without network says nothing about a server that still answers", async () => {
  const live = await startLive();
  const told = vi.fn();
  live.onConnection(told);
  network("offline");
  network("online");
  expect(live.connection()).toEqual({ state: "live", since: null });
  expect(told).not.toHaveBeenCalled();
  expect(stage.socket.disconnect).not.toHaveBeenCalled();

  stage.say("disconnect");
  expect(live.connection().state).toBe("reconnecting");
  network("offline");
  expect(live.connection().state).toBe("offline");
});

test("a retry does not wait for the socket's next attempt, whether a person or the window asks for it", async () => {
  const live = await startLive();
  stage.say("disconnect");
  live.retry();
  network("online");
  const { disconnect, connect } = stage.socket;
  expect([disconnect.mock.calls.length, connect.mock.calls.length]).toEqual([2, 2]);
  expect(disconnect.mock.invocationCallOrder[0]).toBeLessThan(connect.mock.invocationCallOrder[0]!);

  stage.say("connect");
  live.retry();
  expect(disconnect).toHaveBeenCalledTimes(2);
  expect(live.connection().state).toBe("live");
});
