import { expect, test, vi } from "vitest";
import { createLogBuffer } from "@/components/log/log-buffer.ts";
import { createSearch } from "@/components/log/row-search.ts";

vi.stubGlobal("document", { visibilityState: "hidden" });

test("lines are found by what they show, whatever the case and however they are coloured", () => {
  const buffer = createLogBuffer();
  buffer.append("npm test\n\u001b[31mFAILED \u001b[1msrc/send.ts\u001b[0m\nnothing\nfailed (again)\n");
  expect(createSearch(buffer, "failed SRC").update()).toEqual([1]);
  expect(createSearch(buffer, "failed").update()).toEqual([1, 3]);
  expect(createSearch(buffer, "(again)").update()).toEqual([3]);
  expect(createSearch(buffer, "absent").update()).toEqual([]);
});

test("the search follows what comes, and a line that is written over is no longer found for what it was", () => {
  const buffer = createLogBuffer();
  const search = createSearch(buffer, "50 %");
  buffer.append("start\nat 50 %");
  expect(search.update()).toEqual([1]);
  buffer.append("\rat 90 %");
  expect(search.update()).toEqual([]);
  buffer.append("\rat 50 % again\nend of 50 %\n");
  expect(search.update()).toEqual([1, 2]);
  buffer.addNotice("-- 50 % were dropped --");
  buffer.append("end");
  expect(search.update()).toEqual([1, 2, 3]);
});
