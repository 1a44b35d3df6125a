import { expect, test } from "vitest";
import { fillSecrets, UnknownSecretError } from "@/lib/agent/secrets.ts";
import { readSecrets } from "@/lib/env.ts";

const ref = (name: string) => `$\{secret:${name}}`;
const secrets = readSecrets({
  NODE_ENV: "test",
  RUNBOARD_SECRET_TOKEN: "s3cret $& $1",
  RUNBOARD_SECRET_EMPTY: "",
  TOKEN: "other",
});

test("a reference stands for what the operator set, however deep it lies and whatever it holds", () => {
  const servers = { a: { url: "https://x.test/mcp", headers: { authorization: `Bearer ${ref("TOKEN")}` } } };
  expect(fillSecrets(servers, secrets)).toEqual({
    a: { url: "https://x.test/mcp", headers: { authorization: "Bearer s3cret $& $1" } },
  });
  expect(fillSecrets(["a", ref("TOKEN")], secrets)).toEqual(["a", "s3cret $& $1"]);
});

test("a secret that is not there is named, and no value is", () => {
  const both = { a: ref("TOKEN"), b: ref("OTHER") };
  expect(() => fillSecrets(both, secrets)).toThrow(UnknownSecretError);
  expect(() => fillSecrets(both, secrets)).toThrow(/^The secret OTHER is not known.*RUNBOARD_SECRET_OTHER\.$/);
  expect(() => fillSecrets(ref("EMPTY"), secrets)).toThrow("EMPTY");
  expect(() => fillSecrets(ref("PATH"), secrets)).toThrow("PATH");
});

test("what only looks like a reference stays as it is", () => {
  expect(fillSecrets("$secret:TOKEN {TOKEN}", secrets)).toBe("$secret:TOKEN {TOKEN}");
});
