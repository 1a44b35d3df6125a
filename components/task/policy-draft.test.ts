import { expect, test } from "vitest";
import {
  emptyPolicy,
  keptPolicyDraft,
  policiesOf,
  policyDraftOf,
  policyErrors,
  policyFieldOf,
  policyWords,
} from "@/components/task/policy-draft.ts";
import { taskFields } from "@/lib/task/schema.ts";

const full = {
  resources: { cpus: 0.5, memoryBytes: 2 ** 28, diskBytes: 2 ** 30 },
  retryPolicy: { baseMs: 2500, capMs: 60_000, retryOn: ["TIMEOUT" as const] },
};

test("what is shown and what is sent are the same, and the server takes it", () => {
  expect(policiesOf(policyDraftOf(full))).toEqual(full);
  expect(taskFields.resources.parse(full.resources)).toEqual(full.resources);
  expect(taskFields.retryPolicy.parse(full.retryPolicy)).toEqual(full.retryPolicy);
});

test("what was typed is kept as text; what is no text of this form, or an older one, does no harm", () => {
  const typed = { ...policyDraftOf(full), cpus: "not yet a n" };
  expect(keptPolicyDraft(JSON.stringify(typed))).toEqual(typed);
  expect(keptPolicyDraft('{"cpus":"2"}')).toEqual({ ...emptyPolicy, cpus: "2" });
  for (const text of [null, "null", "{"]) expect(keptPolicyDraft(text)).toBeNull();
});

test("what is empty is as the project says", () => {
  expect(policiesOf(emptyPolicy)).toEqual({ resources: {}, retryPolicy: null });
  expect(policyDraftOf({ resources: {}, retryPolicy: null })).toEqual(emptyPolicy);
  expect(policiesOf({ ...emptyPolicy, retryOn: [] }).retryPolicy).toEqual({ retryOn: [] });
});

test("a wrong number is found before it is sent, by the server's own bounds", () => {
  expect(policyErrors(emptyPolicy)).toEqual({});
  expect(policyErrors({ ...emptyPolicy, cpus: "0", memoryMib: "x", firstWaitSeconds: "0.5" })).toEqual({
    cpus: "From 0.01 to 1,024.",
    memoryMib: "From 1 to 8,589,934,591.",
  });
  const atBounds = { ...emptyPolicy, cpus: "0.01", diskMib: "8589934591", longestWaitSeconds: "86400" };
  expect(policyErrors(atBounds)).toEqual({});
  expect(taskFields.resources.safeParse(policiesOf(atBounds).resources).success).toBe(true);
});

test("a refusal is put under its field", () => {
  expect(policyFieldOf("resources.memoryBytes")).toBe("memoryMib");
  expect(policyFieldOf("retryPolicy.retryOn.0")).toBe("retryOn");
  expect(policyFieldOf("title")).toBeUndefined();
});

test("a line says what differs from the project", () => {
  expect(policyWords({ resources: {}, retryPolicy: null })).toBeNull();
  expect(policyWords(full)).toBe(
    "0.5 cores, 256 MiB of memory, 1 GiB of disk; first wait 2.5 s, longest wait 60 s, retried in 1 of 4 cases",
  );
  expect(policyWords({ resources: {}, retryPolicy: { retryOn: [] } })).toBe("never retried");
});
