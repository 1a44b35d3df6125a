import { expect, test } from "vitest";
import { stepsBack } from "@/components/chat/use-recall.ts";

const sent = ["/status", "/task Lint"];

test("an empty field starts from the newest line", () => expect(stepsBack(sent, 0, "")).toBe(0));
test("a line brought back and left as it is goes further back", () => {
  expect(stepsBack(sent, 1, "/task Lint")).toBe(1);
  expect(stepsBack(sent, 2, "/status")).toBe(2);
});
test("what the person wrote or changed keeps its arrow keys", () => {
  expect(stepsBack(sent, 0, "hello")).toBeNull();
  expect(stepsBack(sent, 1, "/task Lint!")).toBeNull();
});
