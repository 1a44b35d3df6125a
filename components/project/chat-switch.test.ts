import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { answerChat, isChatAsked, makeWay, setChatOpen } from "@/components/project/chat-switch.ts";

let widthPx = 0;
const kept = new Map<string, string>();
const stored = () => kept.get("runboard.chat");

beforeEach(() => {
  vi.stubGlobal("window", { matchMedia: () => ({ matches: widthPx >= 1024 }) });
  vi.stubGlobal("localStorage", {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, text: string) => void kept.set(name, text),
  });
  makeWay("/p/P");
});
afterEach(() => vi.unstubAllGlobals());

test("where it covers the page, the chat makes way for a page that is opened from it", () => {
  widthPx = 1023;
  setChatOpen(true);
  makeWay("/p/P");
  expect(stored()).toBe("open");
  makeWay("/p/P/t/P-1");
  expect(stored()).toBe("closed");
});

test("beside the page it stays", () => {
  widthPx = 1024;
  setChatOpen(true);
  makeWay("/p/P/t/P-1");
  expect(stored()).toBe("open");
});

test("the focus goes to a chat that was just opened, once: not again on the next page", () => {
  setChatOpen(true);
  expect(isChatAsked()).toBe(true);
  answerChat();
  expect(isChatAsked()).toBe(false);
  setChatOpen(false);
  setChatOpen(true);
  expect(isChatAsked()).toBe(true);
});
