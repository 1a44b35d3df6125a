import { expect, test } from "vitest";
import {
  asKey,
  isKey,
  keyFrom,
  nameFrom,
  shellQuote,
  sourceOf,
  splitCommand,
} from "@/components/project/derive-project.ts";
import { projectKeySchema } from "@/lib/project/schema.ts";

test.each([
  ["/srv/app", { repoPath: "/srv/app" }],
  ["relative/app", { repoPath: "relative/app" }],
  [" https://example.com/a/b.git ", { repoUrl: "https://example.com/a/b.git" }],
  ["git@example.com:a/b.git", { repoUrl: "git@example.com:a/b.git" }],
  ["ssh://git@example.com/a", { repoUrl: "ssh://git@example.com/a" }],
  ["file:///srv/app", { repoUrl: "file:///srv/app" }],
  ["  ", null],
])("%s is understood", (text, source) => expect(sourceOf(text)).toEqual(source));

test.each([
  ["/home/me/billing-service", "Billing service"],
  ["/home/me/billing_service.git/", "Billing service"],
  ["git@example.com:web.git", "Web"],
  ["https://example.com/team/My.App.git", "My App"],
  ["C:\\code\\shop", "Shop"],
  ["/", ""],
])("the name from %s", (repository, name) => expect(nameFrom(repository)).toBe(name));

test.each([
  ["Billing service", "BS"],
  ["Demo", "DEMO"],
  ["Runboard", "RUNBOA"],
  ["3D print", "P3P"],
  ["x", "XX"],
  ["Ünïcode", "UNICOD"],
  ["日本", ""],
])("the key from %s", (name, key) => {
  expect(keyFrom(name)).toBe(key);
  if (key !== "") expect(projectKeySchema.safeParse(key).success).toBe(true);
});

test("a key is checked as the server does", () => {
  for (const key of ["AB", "A1", "ABCDEFGHIJ", "A", "1A", "ab", "ABCDEFGHIJK", ""]) {
    expect([key, isKey(key)]).toEqual([key, projectKeySchema.safeParse(key).success]);
  }
  expect(asKey("my-app 2")).toBe("MYAPP2");
});

test("the command of a message stands apart", () => {
  expect(splitCommand("/x is not a Git repository. To make it one: git -C '/a: b' init")).toEqual({
    words: "/x is not a Git repository. To make it one:",
    command: "git -C '/a: b' init",
  });
  expect(splitCommand("There is nothing at /x: git on the server's machine.").command).toBeNull();
});

test("a path is quoted for the shell only where it has to be", () => {
  expect(shellQuote("/srv/app-1")).toBe("/srv/app-1");
  expect(shellQuote("/srv/it's")).toBe("'/srv/it'\\''s'");
});
