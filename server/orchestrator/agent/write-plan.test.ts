import { expect, test } from "vitest";
import type { Claim } from "@/lib/session/settle.ts";
import { startReason } from "../session/launch.ts";
import { planAgent } from "./write-plan.ts";

const claimOf = (permissions: string, additionalFlags: string[]) =>
  ({
    ...{ type: "claude-code", settings: { permissions } },
    spec: { prompt: "go", additionalFlags },
  }) as unknown as Claim;

const thrownBy = (work: () => unknown): Error => {
  try {
    work();
  } catch (thrown) {
    return thrown as Error;
  }
  throw new Error("Nothing was thrown.");
};

test.each(["ask", "deny"])("a task does not undo by its flags that its project says %s", (permissions) => {
  const flags = ["--max-turns", "3", "--allowedTools", "Bash", "--settings={}"];
  const thrown = thrownBy(() => planAgent(claimOf(permissions, flags)));
  expect(thrown.message).toBe(
    `additionalFlags: --allowedTools, --settings would undo the project's permissions, which are “${permissions}”. Leave such flags out, or have the project's settings changed.`,
  );
  // Trying again does not cure it.
  expect(startReason(thrown)).toBe("INVALID_SPEC");
  expect(planAgent(claimOf(permissions, ["--max-turns", "3"])).flags).toEqual(["--max-turns", "3"]);
});

test("where everything is allowed its flags are its own", () => {
  expect(planAgent(claimOf("allow", ["--settings={}"])).flags).toEqual(["--settings={}"]);
});
