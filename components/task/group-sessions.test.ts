import { describe, expect, it } from "vitest";
import { chosenSession, groupByGeneration } from "@/components/task/group-sessions.ts";
import type { Session } from "@/lib/session/schema.ts";

const session = (attempt: number, generation: number) => ({ id: `s${attempt}`, attempt, generation }) as Session;
const all = [session(1, 0), session(3, 1), session(2, 0)];

describe("the sessions of a task", () => {
  it("stand by generation, newest first", () => {
    const groups = groupByGeneration(all).map(({ generation, sessions }) => [generation, ...sessions.map((s) => s.id)]);
    expect(groups).toEqual([
      [1, "s3"],
      [0, "s2", "s1"],
    ]);
  });

  it("show the log of the attempt asked for, else of the newest", () => {
    expect(chosenSession(all, 2)?.id).toBe("s2");
    expect(chosenSession(all, null)?.id).toBe("s3");
    expect(chosenSession(all, 9)?.id).toBe("s3");
    expect(chosenSession([], 1)).toBeNull();
  });
});
