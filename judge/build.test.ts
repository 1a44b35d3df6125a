import { describe, expect, it } from "vitest";
import { createTestDatabase } from "../server/database/test-database.ts";
import { patchedSources } from "./build.ts";
import { bugs } from "./campaign/bugs.ts";
import { killPointPatches, killPoints } from "./campaign/kill-points.ts";
import { applyPatch } from "./patch.ts";
import { patchDatabase } from "./sql-patch.ts";

describe("a test build", () => {
  it("finds the place of every kill point in the sources", () => {
    const texts = [...patchedSources(killPointPatches).values()].join("\n");
    for (const { name } of killPoints) expect(texts).toContain(`judgePoint?.("${name}")`);
  });

  it("finds the place of every seeded bug", async () => {
    patchedSources(bugs.flatMap(({ patches }) => patches));
    const database = await createTestDatabase();
    try {
      for (const { sqlPatches } of bugs) await patchDatabase(database.url, sqlPatches);
    } finally {
      await database.drop();
    }
  });

  it("refuses a patch that does not fit, and one that fits twice", () => {
    const patch = { file: "a.ts", find: "x", replace: "y" };
    expect(() => applyPatch("z", patch)).toThrow('a.ts: "x" occurs 0 times instead of once');
    expect(() => applyPatch("x x", patch)).toThrow("occurs 2 times");
    expect(() => applyPatch("const a = x", { ...patch, isStatement: true })).toThrow("does not begin its line");
    expect(applyPatch("a x", { find: "x", replace: "$&y" })).toBe("a $&y");
  });
});
