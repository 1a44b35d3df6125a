import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { withDrawings } from "@/lib/task/draw-machines.ts";

it("ARCHITECTURE.md shows the machines as their tables are now (npm run draw)", () => {
  const text = readFileSync("ARCHITECTURE.md", "utf8");
  expect(withDrawings(text)).toBe(text);
  expect(text).toContain("QUEUED --> RUNNING: claim");
});
