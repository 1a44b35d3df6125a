import { afterEach, beforeEach, expect, test, vi } from "vitest";

/** What the server answers to the next reads, in turn. */
let answers: (() => Response)[] = [];
const page = (text: string) =>
  Response.json({
    items: [{ offset: 0, text, at: "2026-01-01T00:00:00.000Z" }],
    nextOffset: text.length,
    isComplete: true,
    removedAt: null,
  });
const refusal = () =>
  Response.json({ code: "FORBIDDEN", message: "This log is not yours to read.", details: {} }, { status: 403 });
const unreachable = () => {
  throw new TypeError("fetch failed");
};

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("window", { location: { origin: "http://localhost" } });
  vi.stubGlobal("fetch", async () => answers.shift()!());
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function open() {
  const { createLogReader } = await import("@/components/log/log-reader.ts");
  const sink = { append: vi.fn(), addNotice: vi.fn() };
  const onProblem = vi.fn();
  return { ...sink, onProblem, reader: createLogReader("s", sink, onProblem) };
}

test("a log that cannot be read says why each time it is tried, until it can", async () => {
  answers = [unreachable, refusal, () => page("hello\n")];
  const { reader, append, onProblem } = await open();
  await reader.catchUp();
  expect(onProblem).toHaveBeenLastCalledWith(expect.stringContaining("The server did not answer"));
  await vi.advanceTimersByTimeAsync(1500);
  expect(onProblem).toHaveBeenLastCalledWith("This log is not yours to read.");
  await vi.advanceTimersByTimeAsync(1500);
  expect(onProblem).toHaveBeenLastCalledWith(null);
  expect(append).toHaveBeenCalledExactlyOnceWith("hello\n");
});

test("who has gone on to another log is told nothing more, and nothing is tried again", async () => {
  answers = [unreachable];
  const { reader, onProblem } = await open();
  const reading = reader.catchUp();
  reader.stop();
  await reading;
  await vi.advanceTimersByTimeAsync(5000);
  expect(onProblem).not.toHaveBeenCalled();
});
