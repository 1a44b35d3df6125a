import { describe, expect, it } from "vitest";
import { contract } from "@/lib/contract.ts";
import { errorTable } from "@/lib/errors.ts";
import { type CliOperation, catalogue } from "./catalogue.ts";
import { describeCatalogue } from "./describe-catalogue.ts";
import { operationCommand } from "./operation-command.ts";
import { placed, positionals } from "./positionals.ts";

const find = (name: string): CliOperation => catalogue.find((one) => one.name === name)!;
const names = (name: string) => positionals(find(name)).map((field) => field.name);
const place = (name: string, ...given: string[]) =>
  Object.fromEntries(
    [...placed(find(name), given, new Set()).values].map(([field, texts]) => [field, texts.join(" ")]),
  );

describe("the description that commands are made of", () => {
  it("is the catalogue as it is now", () => {
    expect(catalogue).toEqual(describeCatalogue(contract));
  });

  it("has every operation but those that say why they are none", () => {
    const entries = Object.entries(contract as unknown as Record<string, Record<string, Entry>>);
    const shown = entries.flatMap(([noun, verbs]) =>
      Object.entries(verbs).flatMap(([verb, entry]) => (entry["~orpc"].meta.without?.cli ? [] : [`${noun}.${verb}`])),
    );
    expect(catalogue.map(({ name }) => name)).toEqual(shown);
    expect(shown).not.toContain("sandbox.heartbeat");
  });

  it("has the names of the product's description", () => {
    const commands = catalogue.map(({ noun, verb }) => `${noun} ${verb}`);
    const seeds = [
      "session start",
      "session list",
      "session attach",
      "session prompt",
      "session cancel",
      "session logs",
    ];
    const more = [
      "queue status",
      "queue clear",
      "autonomous start",
      "autonomous list",
      "autonomous cancel",
      "autonomous logs",
    ];
    expect(commands).toEqual(expect.arrayContaining([...seeds, ...more, "task create-and-start"]));
  });

  it("gives every operation its own arguments and options, none of them twice", () => {
    for (const operation of catalogue) {
      const command = operationCommand(operation, async () => {});
      const flags = command.options.map(({ long }) => long);
      expect(new Set(flags).size, operation.name).toBe(flags.length);
      const places = new Set(positionals(operation).map(({ name }) => name));
      const missing = operation.fields.filter(
        ({ name }) => !places.has(name) && !command.options.some((one) => one.long === `--${flagOf(name)}`),
      );
      expect(missing, operation.name).toEqual([]);
    }
  });
});

describe("the options of a command", () => {
  const optionsOf = (name: string) => operationCommand(find(name), async () => {}).options;
  const shown = (name: string) => optionsOf(name).flatMap(({ long, hidden }) => (hidden ? [] : [long]));

  it("have --all where there is a cursor to go on with, and nowhere else", () => {
    for (const operation of catalogue.filter(({ isPaged }) => isPaged))
      expect(operation.fields.map(({ name }) => name)).toContain("cursor");
    expect(shown("trigger.list")).toContain("--all");
    expect(shown("rule.list")).not.toContain("--all");
  });

  it("show how an edit turns something off, and hide it where nothing is on", () => {
    expect(shown("rule.update")).toEqual(
      expect.arrayContaining(["--is-enabled", "--no-is-enabled", "--no-write-back"]),
    );
    for (const name of ["rule.create", "task.queue"])
      expect(shown(name).filter((flag) => /^--no-(write|force)/.test(flag!))).toEqual([]);
    expect(shown("session.start")).toContain("--no-queue");
  });

  it("have --all-projects where all projects can be meant", () => {
    for (const name of ["session.list", "question.list", "queue.status", "queue.clear"])
      expect(shown(name)).toContain("--all-projects");
    expect(shown("task.createAndStart")).not.toContain("--all-projects");
  });

  it("ask for a parent by its id, which is all that it takes", () => {
    const parent = optionsOf("task.create").find(({ long }) => long === "--parent");
    expect(parent?.description).toContain("by its id");
  });
});

describe("places", () => {
  it("are the project, the path's parameters, then the one thing that is asked for", () => {
    expect(names("task.create")).toEqual(["projectId", "title"]);
    expect(names("task.addDependency")).toEqual(["taskId", "dependsOnId"]);
    expect(names("session.prompt")).toEqual(["sessionId", "text"]);
    expect(names("session.start")).toEqual(["taskId"]);
    expect(names("session.list")).toEqual(["projectId"]);
    expect(names("agent.list")).toEqual([]);
  });

  it("may be without the project, and without what is an option", () => {
    expect(place("task.create", "DEMO", "Title")).toEqual({ projectId: "DEMO", title: "Title" });
    expect(place("task.create", "Title")).toEqual({ title: "Title" });
    expect(place("task.list", "DEMO")).toEqual({ projectId: "DEMO" });
    expect(placed(find("task.create"), ["DEMO"], new Set(["title"])).values.get("projectId")).toEqual(["DEMO"]);
    expect(place("config.update", "a=1", "b=2")).toEqual({ values: "a=1 b=2" });
    expect(placed(find("task.get"), ["a", "b"], new Set()).extra).toEqual(["b"]);
  });
});

it("every noun is one that help explains", async () => {
  const { nounSummaries } = await import("./help-texts.ts");
  expect(Object.keys(nounSummaries)).toEqual(expect.arrayContaining(catalogue.map(({ noun }) => noun)));
});

it("every exit code of the table is one that help explains", async () => {
  const { helpFooter } = await import("./help-texts.ts");
  for (const { exitCode } of Object.values(errorTable))
    expect(helpFooter).toMatch(new RegExp(`^  ${exitCode} +\\w`, "m"));
});

interface Entry {
  "~orpc": { meta: { without?: { cli?: string } } };
}
const flagOf = (name: string): string =>
  name.replace(/(?<=.)Id$/, "").replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
