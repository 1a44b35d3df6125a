import { expect, test } from "vitest";
import { findSections } from "@/components/settings/sections.ts";
import { errorsByField } from "@/components/settings/setting-errors.ts";
import { fieldNamed, settingFields } from "@/components/settings/setting-fields.ts";
import { checkText, patchesOf, sourceOf, textsOf } from "@/components/settings/setting-values.ts";
import { configSchema } from "@/lib/config/schema.ts";
import { type Project, projectSettingsSchema } from "@/lib/project/schema.ts";

const project = {
  name: "Demo",
  baseBranch: "main",
  settings: projectSettingsSchema.parse({}),
} as Project;
const field = (name: string) => fieldNamed(name)!;

test("the defaults named on the screen are those of the schemas", () => {
  const texts = textsOf(project, configSchema.parse({}));
  for (const { name, defaultText, section } of settingFields) {
    if (section !== "general") expect([name, texts[name]]).toEqual([name, defaultText]);
  }
});

test("milliseconds are shown as seconds and sent as milliseconds", () => {
  expect(textsOf(project, configSchema.parse({ retryBaseMs: 2500 })).retryBaseMs).toBe("2.5");
  expect(patchesOf({ retryBaseMs: "0.1" }).config).toEqual({ retryBaseMs: 100 });
});

test("changes go to the call they belong to", () => {
  expect(patchesOf({ name: " New ", defaultMaxAttempts: "", maxConcurrentSessions: "8", maxConcurrent: "" })).toEqual({
    project: { name: "New", settings: { defaultMaxAttempts: null, maxConcurrentSessions: 8 } },
    config: { maxConcurrent: null },
  });
  expect(patchesOf({})).toEqual({ project: null, config: null });
});

test.each([
  ["name", " ", "Name is empty."],
  ["maxConcurrentSessions", "65", "From 1 to 64, a whole number."],
  ["maxConcurrentSessions", "1.5", "From 1 to 64, a whole number."],
  ["maxConcurrentSessions", "", "A number is needed."],
  ["retryBaseMs", "x", "From 0 to 3600."],
  ["retryBaseMs", "0.5", null],
  ["defaultMaxAttempts", "", null],
])("%s: %j → %j", (name, text, message) => expect(checkText(field(name), text)).toBe(message));

test("the rules on the screen refuse and allow what the server does", () => {
  for (const { name, number, section } of settingFields) {
    if (!number) continue;
    const shape: Record<string, { safeParse(value: unknown): { success: boolean } }> =
      section === "instance" ? configSchema.shape : projectSettingsSchema.shape;
    const isTaken = (shown: number) => shape[name]!.safeParse(shown * (number.scale ?? 1)).success;
    expect([name, isTaken(number.min), isTaken(number.max)]).toEqual([name, true, true]);
    expect([name, isTaken(number.min - 1), isTaken(number.max + 1)]).toEqual([name, false, false]);
  }
});

test("where a value comes from", () => {
  expect(sourceOf(field("maxConcurrentSessions"), "5")).toBe("default");
  expect(sourceOf(field("maxConcurrentSessions"), "8")).toBe("project");
  expect(sourceOf(field("maxQueueSize"), "9")).toBe("instance");
  expect(sourceOf(field("name"), "Demo")).toBe("project");
});

test("a refusal is put under its field", () => {
  const details = { issues: [{ path: "settings.defaultMaxAttempts", message: "Too big" }] };
  expect(errorsByField({ code: "VALIDATION_FAILED", message: "m", details })).toEqual({
    defaultMaxAttempts: "Too big",
  });
  expect(errorsByField({ code: "REPOSITORY_UNUSABLE", message: "No branch", details: {} })).toEqual({
    baseBranch: "No branch",
  });
  expect(errorsByField({ code: "INTERNAL", message: "Broken", details: {} })).toEqual({ "": "Broken" });
});

test("the search reads titles, labels and help", () => {
  expect(findSections("").length).toBe(5);
  expect(findSections("dark").map(({ id }) => id)).toEqual(["appearance"]);
  expect(findSections("retry wait").map(({ id }) => id)).toEqual(["instance"]);
  expect(findSections("horoscope")).toEqual([]);
});
