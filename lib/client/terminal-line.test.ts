import { expect, test, vi } from "vitest";
import { type LiveWire, type OnWire, openTerminalLine } from "./terminal-line.ts";

type Packet = { name: string; input: Record<string, unknown>; ack?: (answer: object) => void };

/** A server in the test's hands. */
function stage() {
  const packets: Packet[] = [];
  const listeners = new Map<string, Set<(fact: never) => void>>();
  const wire = {
    emit: (name: string, input: Packet["input"], ack?: Packet["ack"]) =>
      packets.push({ name, input, ...(ack && { ack }) }),
    on: (name: string, listener: (fact: never) => void) => {
      listeners.set(name, (listeners.get(name) ?? new Set()).add(listener));
      return wire;
    },
    off: (name: string, listener: (fact: never) => void) => {
      listeners.get(name)?.delete(listener);
      return wire;
    },
  };
  let plug: (wire: LiveWire | null) => void = () => {};
  const onWire: OnWire = (reader) => {
    plug = reader;
    reader(wire as unknown as LiveWire);
    return () => {};
  };
  const say = (name: string, fact: object) => {
    for (const listener of listeners.get(name) ?? []) listener({ sessionId: "s", ...fact } as never);
  };
  const view = (more: object = {}) =>
    say("terminalState", { columns: 80, rows: 24, typist: null, canType: false, viewers: 1, ...more });
  const shown: string[] = [];
  const line = openTerminalLine(onWire, {
    sessionId: "s",
    size: () => ({ columns: 90, rows: 30 }),
    onOutput: (data) => shown.push(data),
    onClear: () => shown.splice(0),
  });
  const takes = () => packets.filter(({ name }) => name === "takeTerminal").length;
  const opens = () => packets.filter(({ name }) => name === "openTerminal");
  const unplug = () => plug(null);
  const replug = () => plug(wire as unknown as LiveWire);
  return { line, say, view, shown, takes, opens, unplug, replug, packets };
}

test("it opens with what fits, shows what comes for it alone, and ends with the session", () => {
  const { line, say, view, shown, opens } = stage();
  expect(opens()[0]!.input).toEqual({ sessionId: "s", columns: 90, rows: 30 });
  opens()[0]!.ack!({ ok: true });
  view();
  say("terminalOutput", { data: "one" });
  say("terminalOutput", { data: "other", sessionId: "another" });
  expect(shown).toEqual(["one"]);
  expect(line.status()).toMatchObject({ phase: "open", view: { canType: false } });
  say("terminalClosed", { mayReopen: false });
  expect(line.status()).toMatchObject({ phase: "ended", view: null });
});

/** Somebody typed, and the connection broke. */
function brokenStage() {
  const all = stage();
  all.opens()[0]!.ack!({ ok: true });
  all.view();
  all.line.take();
  all.view({ typist: "Owner", canType: true });
  all.unplug();
  return all;
}

test("who typed when the connection broke types again, unless somebody else does by then", () => {
  const { line, view, takes, unplug, replug } = brokenStage();
  expect(line.status().phase).toBe("reconnecting");
  replug();
  view();
  expect(takes()).toBe(2);
  view({ typist: "Owner", canType: true });
  unplug();
  replug();
  view({ typist: "Ada" });
  expect(takes()).toBe(2);
  // Nor later, when nobody does.
  view();
  expect(takes()).toBe(2);
});

test("its own place of before, which is left only now, keeps nobody from typing again; a refusal is tried again", async () => {
  vi.useFakeTimers();
  const { line, view, takes, packets, opens, unplug, replug } = stage();
  opens()[0]!.ack!({ ok: true });
  line.take();
  view({ typist: "Owner", canType: true });
  unplug();
  replug();
  view({ typist: "Owner" });
  expect(takes()).toBe(1);
  view();
  expect(takes()).toBe(2);
  packets.findLast(({ name }) => name === "takeTerminal")!.ack!({
    ok: false,
    code: "UNAVAILABLE",
    message: "Not yet.",
  });
  vi.advanceTimersByTime(1000);
  expect(takes()).toBe(3);
  vi.useRealTimers();
});

test("a way that took long to open again keeps nobody from typing again", () => {
  vi.useFakeTimers();
  try {
    const { view, takes, opens, replug } = brokenStage();
    replug();
    vi.advanceTimersByTime(120_000);
    opens()[1]!.ack!({ ok: true });
    view();
    expect(takes()).toBe(2);
    vi.advanceTimersByTime(120_000);
    view();
    expect(takes()).toBe(2);
  } finally {
    vi.useRealTimers();
  }
});

test("what is refused for good is said and not asked for again; a paste goes in parts", () => {
  const { line, opens, unplug, replug, packets } = stage();
  opens()[0]!.ack!({ ok: true });
  line.type("x".repeat(20_000));
  const parts = packets
    .filter(({ name }) => name === "terminalInput")
    .map(({ input }) => (input.data as string).length);
  expect(parts).toEqual([8192, 8192, 3616]);
  unplug();
  replug();
  opens()[1]!.ack!({ ok: false, code: "FORBIDDEN", message: "On another machine." });
  expect(line.status()).toMatchObject({ phase: "refused", message: "On another machine." });
  unplug();
  replug();
  expect(opens()).toHaveLength(2);
});
