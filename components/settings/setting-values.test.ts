import { expect, test } from "vitest";
import { findSections, sections } from "@/components/settings/sections.ts";
import { errorsByField } from "@/components/settings/setting-errors.ts";
import { fieldNamed, settingFields } from "@/components/settings/setting-fields.ts";
import { checkText, joinNumbers, toValue } from "@/components/settings/setting-texts.ts";
import { patchesOf, sourceOf, textsOf } from "@/components/settings/setting-values.ts";
import { effectText, helpOf } from "@/components/settings/setting-words.ts";
import { configSchema } from "@/lib/config/schema.ts";
import { type Project, projectSettingsSchema } from "@/lib/project/schema.ts";

const project = {
  name: "Demo",
  baseBranch: "main",
  settings: projectSettingsSchema.parse({}),
} as Project;
const field = (name: string) => fieldNamed(name)!;
const shapes: Record<string, Record<string, { safeParse(value: unknown): { success: boolean } }>> = {
  settings: projectSettingsSchema.shape,
  values: configSchema.shape,
};

test("every setting of the schemas has a field or a switch", () => {
  const switches = ["settings.requireReview"];
  const all = Object.entries(shapes).flatMap(([root, shape]) => Object.keys(shape).map((key) => `${root}.${key}`));
  const shown = [...settingFields.map(({ name }) => name), ...switches];
  expect(all.filter((name) => !shown.includes(name))).toEqual([]);
});

test("the defaults named on the screen are those of the schemas", () => {
  const texts = textsOf(project, configSchema.parse({}));
  for (const { name, defaultText, section } of settingFields) {
    if (section !== "general") expect([name, texts[name]]).toEqual([name, defaultText]);
  }
});

test("milliseconds are shown as seconds, bytes as MiB, and sent as they are kept", () => {
  const config = configSchema.parse({ retryBaseMs: 2500, logMaxBytes: 2 ** 19 });
  expect(textsOf(project, config)).toMatchObject({ "values.retryBaseMs": "2.5", "values.logMaxBytes": "0.5" });
  expect(patchesOf({ "values.retryBaseMs": "0.1", "values.logMaxBytes": "0.5" }).config).toEqual({
    retryBaseMs: 100,
    logMaxBytes: 2 ** 19,
  });
  expect(patchesOf({ "settings.sessionCpus": "0.25", "settings.sessionMemoryBytes": "512" }).project).toEqual({
    settings: { sessionCpus: 0.25, sessionMemoryBytes: 2 ** 29 },
  });
});

test("a project's and the instance's setting of one name are two", () => {
  const own = { ...project, settings: projectSettingsSchema.parse({ pendingTimeoutSeconds: 60 }) };
  expect(textsOf(own, configSchema.parse({}))).toMatchObject({
    "settings.pendingTimeoutSeconds": "60",
    "values.pendingTimeoutSeconds": "3600",
  });
  expect(patchesOf({ "settings.pendingTimeoutSeconds": "", "values.pendingTimeoutSeconds": "7" })).toEqual({
    project: { settings: { pendingTimeoutSeconds: null } },
    config: { pendingTimeoutSeconds: 7 },
  });
});

test("several choices are a list; all of them is what holds when nobody chose", () => {
  const of = (retryOn: string[] | null) =>
    textsOf({ ...project, settings: { ...project.settings, retryOn } as Project["settings"] }, undefined);
  expect(of(null)["settings.retryOn"]).toBe("EXIT,TIMEOUT,START,RATE_LIMIT");
  expect(of(["TIMEOUT"])["settings.retryOn"]).toBe("TIMEOUT");
  expect(of([])["settings.retryOn"]).toBe("");
  const sent = (text: string) => patchesOf({ "settings.retryOn": text }).project?.settings?.retryOn;
  expect(sent("TIMEOUT")).toEqual(["TIMEOUT"]);
  expect(sent("")).toEqual([]);
  expect(sent("EXIT,TIMEOUT,START,RATE_LIMIT")).toBeNull();
});

test("limits per type are a map without the empty ones", () => {
  const name = "values.maxConcurrentPerAgentType";
  const config = configSchema.parse({ maxConcurrentPerAgentType: { codex: 2, cli: 0 } });
  expect(textsOf(project, config)[name]).toBe("cli=0,codex=2");
  expect(joinNumbers({ cli: "0", codex: " ", gemini: "3" })).toBe("cli=0,gemini=3");
  expect(patchesOf({ [name]: "cli=0,gemini=3" }).config).toEqual({
    maxConcurrentPerAgentType: { cli: 0, gemini: 3 },
  });
  expect(patchesOf({ [name]: "" }).config).toEqual({ maxConcurrentPerAgentType: {} });
  expect(checkText(field(name), "cli=x")).toBe("cli: From 0 to 10,000, a whole number.");
});

test("several lines are a list, JSON is what it stands for, and nothing is none", () => {
  const sent = (texts: Record<string, string>) => patchesOf(texts).project?.settings;
  expect(sent({ "settings.allowedHosts": " registry.npmjs.org \n\n*.example.org:8443" })).toEqual({
    allowedHosts: ["registry.npmjs.org", "*.example.org:8443"],
  });
  const servers = '{ "docs": { "url": "http://localhost/mcp" } }';
  expect(sent({ "settings.mcpServers": servers })).toEqual({ mcpServers: { docs: { url: "http://localhost/mcp" } } });
  expect(sent({ "settings.mcpServers": "", "settings.model": " ", "settings.instructions": "" })).toEqual({
    mcpServers: {},
    model: null,
    instructions: "",
  });
  expect(sent({ "settings.budgetStopsRunning": "true", "settings.dailyBudgetUsd": "2.5" })).toEqual({
    budgetStopsRunning: true,
    dailyBudgetUsd: 2.5,
  });
  expect(checkText(field("settings.mcpServers"), "[1]")).toMatch(/^Not a JSON object, such as \{/);
  expect(checkText(field("settings.model"), "")).toBeNull();
});

test("changes go to the call they belong to", () => {
  expect(
    patchesOf({
      name: " New ",
      "settings.defaultMaxAttempts": "",
      "settings.maxConcurrentSessions": "8",
      "settings.escalationStrategy": "escalate",
      "values.maxConcurrent": "",
    }),
  ).toEqual({
    project: {
      name: "New",
      settings: { defaultMaxAttempts: null, maxConcurrentSessions: 8, escalationStrategy: "escalate" },
    },
    config: { maxConcurrent: null },
  });
  expect(patchesOf({})).toEqual({ project: null, config: null });
});

test.each([
  ["name", " ", "Name is empty."],
  ["settings.maxConcurrentSessions", "65", "From 1 to 64, a whole number."],
  ["settings.maxConcurrentSessions", "1.5", "From 1 to 64, a whole number."],
  ["settings.maxConcurrentSessions", "", "A number is needed."],
  ["values.retryBaseMs", "x", "From 0 to 3,600."],
  ["values.retryBaseMs", "0.5", null],
  ["values.retryBaseMs", "", "A number is needed."],
  ["settings.retryBaseMs", "", null],
  ["settings.sessionCpus", "0", "From 0.01 to 1,024."],
  ["settings.defaultMaxAttempts", "", null],
])("%s: %j → %j", (name, text, message) => expect(checkText(field(name), text)).toBe(message));

test("the rules on the screen refuse and allow what the server does", () => {
  for (const { name, control } of settingFields) {
    const [root = "", key = ""] = name.split(".");
    const isTaken = (value: unknown) => shapes[root]![key]!.safeParse(value).success;
    if (control.kind === "number") {
      const { min, max, scale = 1 } = control.number;
      expect([name, isTaken(min * scale), isTaken(max * scale)]).toEqual([name, true, true]);
      expect([name, isTaken((min - 1) * scale), isTaken((max + 1) * scale)]).toEqual([name, false, false]);
    } else if (control.kind === "numbers") {
      for (const { value } of control.choices) expect([value, isTaken({ [value]: 1 })]).toEqual([value, true]);
    } else if (control.kind === "truth") {
      for (const { value } of control.choices) expect([name, isTaken(value === "true")]).toEqual([name, true]);
    } else if (control.kind === "lines" || control.kind === "json") {
      const example = toValue(field(name), control.example);
      expect([name, checkText(field(name), control.example), isTaken(example)]).toEqual([name, null, true]);
      expect([name, isTaken(toValue(field(name), ""))]).toEqual([name, true]);
    } else if (control.kind === "choice" || control.kind === "choices") {
      const wrap = (value: string) => (control.kind === "choices" ? [value] : value);
      for (const { value } of control.choices) expect([name, value, isTaken(wrap(value))]).toEqual([name, value, true]);
    }
  }
});

test("where a value comes from", () => {
  expect(sourceOf(field("settings.maxConcurrentSessions"), "5")).toBe("default");
  expect(sourceOf(field("settings.maxConcurrentSessions"), "8")).toBe("project");
  expect(sourceOf(field("values.maxQueueSize"), "9")).toBe("instance");
  expect(sourceOf(field("settings.pendingTimeoutSeconds"), "")).toBe("as the instance");
  expect(sourceOf(field("settings.pendingTimeoutSeconds"), "60")).toBe("project");
  expect(sourceOf(field("name"), "Demo")).toBe("project");
});

test("the help says what holds while a field is empty, and long times are said in hours", () => {
  const pending = field("settings.pendingTimeoutSeconds");
  expect(helpOf(pending, "3600")).toMatch(/Empty: as the instance says, 3600 s\.$/);
  expect(effectText(pending, "", "3600")).toBe("= 1h");
  expect(effectText(pending, "60", "3600")).toBeNull();
  expect(helpOf(field("values.escalationStrategy"), undefined)).toMatch(/Default: Log only\.$/);
  expect(helpOf(field("values.journalRetentionDays"), undefined)).toMatch(/Default: 365 days\.$/);
});

test("a refusal is put under its field", () => {
  const details = {
    issues: [
      { path: "settings.defaultMaxAttempts", message: "Too big" },
      { path: "settings.retryOn.0", message: "Unknown" },
    ],
  };
  expect(errorsByField({ code: "VALIDATION_FAILED", message: "m", details })).toEqual({
    "settings.defaultMaxAttempts": "Too big",
    "settings.retryOn": "Unknown",
  });
  expect(errorsByField({ code: "REPOSITORY_UNUSABLE", message: "No branch", details: {} })).toEqual({
    baseBranch: "No branch",
  });
  expect(errorsByField({ code: "INTERNAL", message: "Broken", details: {} })).toEqual({ "": "Broken" });
});

test("the search reads titles, labels, help and choices", () => {
  expect(findSections("").length).toBe(sections.length);
  const found = (query: string) => findSections(query).map(({ id }) => id);
  expect(found("dark")).toEqual(["appearance"]);
  expect(found("retry wait")).toEqual(["monitor", "instance-monitor"]);
  expect(found("mark_stalled")).toEqual(["monitor", "instance-monitor"]);
  expect(found("memory")).toEqual(["resources"]);
  expect(found("horoscope")).toEqual([]);
});
