import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");

interface Import {
  file: string;
  to: string;
  isType: boolean;
}

const sources = ["lib", "server", "app", "components"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) =>
    posix.join(folder, name.replaceAll("\\", "/")),
  ),
);
const isOurs = (file: string) => !file.startsWith("lib/generated/") && !file.includes("/node_modules/");
const files = sources.filter((file) => /\.tsx?$/.test(file) && isOurs(file));
const isTest = (file: string) => /\.test\.tsx?$/.test(file);
const inside =
  (...folders: string[]) =>
  (path: string) =>
    folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
const statement = /^\s*(?:import|export)\s+(type\s)?(?:[^"';]*?\sfrom\s+)?"([^"]+)"|import\("([^"]+)"\)/gm;

const imports: Import[] = files.flatMap((file) =>
  [...readFileSync(join(root, file), "utf8").matchAll(statement)].map(([, type, named, dynamic]) => {
    const to = (named ?? dynamic)!;
    const path = to.startsWith("@/") ? to.slice(2) : to.startsWith(".") ? posix.join(dirname(file), to) : to;
    return { file, to: path, isType: type !== undefined };
  }),
);
const shipped = imports.filter(({ file }) => !isTest(file));
const names = (found: Import[]) => found.map(({ file, to }) => `${file} imports ${to}`);

const browserSafe = /^lib\/(.*\/)?(machine|schema|contract|events|operation|task-types)\.ts$|^lib\/(actor|errors)\.ts$/;
const outside =
  /^(next|react|react-dom|socket\.io|socket\.io-client|@tanstack\/react-query|node:child_process|child_process|server-only)(\/|$)/;

/** Each rule by its sentence, and what breaks it. */
const rules: [string, (one: Import) => boolean][] = [
  [
    "lib imports nothing of app, components or server",
    ({ file, to }) => inside("lib")(file) && !inside("lib/testing")(file) && inside("app", "components", "server")(to),
  ],
  [
    "lib/testing imports of server only the test database",
    ({ file, to }) =>
      inside("lib/testing")(file) &&
      inside("app", "components", "server")(to) &&
      to !== "server/database/test-database.ts",
  ],
  [
    "lib knows no Next, React, sockets or processes; lib/client alone is of the browser",
    ({ file, to }) => inside("lib")(file) && !inside("lib/client")(file) && outside.test(to),
  ],
  [
    "lib/client starts no process and serves nothing",
    ({ file, to }) => inside("lib/client")(file) && /^(next|socket\.io|node:.*|server-only)(\/|$)/.test(to),
  ],
  [
    "only lib/client and the surfaces import lib/client",
    ({ file, to }) => inside("lib/client")(to) && !inside("lib/client", "components", "app")(file),
  ],
  [
    "app and components never import server",
    ({ file, to }) => inside("app", "components")(file) && inside("server")(to),
  ],
  ["components never import app", ({ file, to }) => inside("components")(file) && inside("app")(to)],
  [
    "server imports no app and no components",
    ({ file, to }) => inside("server")(file) && inside("app", "components")(to),
  ],
  [
    "browser-safe files import only zod, the contract library and each other",
    ({ file, to }) =>
      browserSafe.test(file) && !(to === "zod" || to.startsWith("@orpc/contract") || browserSafe.test(to)),
  ],
  [
    "task knows of session only its machine and its transition",
    ({ file, to }) => inside("lib/task")(file) && inside("lib/session")(to) && !/\/(machine|transition)\.ts$/.test(to),
  ],
  ["project knows of session nothing", ({ file, to }) => inside("lib/project")(file) && inside("lib/session")(to)],
  ["nobody imports server-only", ({ to }) => to === "server-only"],
  ["tests are imported by nobody", ({ to }) => isTest(to)],
];

describe("who may import whom", () => {
  it.each(rules)("%s", (_, isBroken) => {
    expect(names(shipped.filter(isBroken))).toEqual([]);
  });

  it("is read from real files", () => {
    expect(files.length).toBeGreaterThan(100);
    expect(names(imports)).toContain("lib/contract.ts imports lib/task/contract.ts");
  });

  it("nothing that reaches a browser reaches the database, the environment or Node", () => {
    const isClient = (file: string) => /^["']use client["']/m.test(readFileSync(join(root, file), "utf8"));
    const reached = reachable(
      files.filter((file) => !isTest(file) && (inside("components", "lib/client")(file) || isClient(file))),
    );
    const wrong = shipped.filter(
      ({ file, to, isType }) =>
        !isType && reached.has(file) && (to === "lib/db.ts" || to === "lib/env.ts" || to.startsWith("node:")),
    );
    expect(names(wrong)).toEqual([]);
  });

  it.each(["lib", "server", "components"])("no file of %s imports itself along any way", (folder) => {
    expect(findCycle(files.filter(inside(folder)))).toEqual([]);
  });

  it("no file is named after nothing in particular", () => {
    const vague = files.filter((file) =>
      /(^|\/)(utils?|helpers?|common|misc|shared|constants|types)(\/|\.tsx?$)/.test(file),
    );
    expect(vague).toEqual([]);
  });
});

const valueImports = (file: string) => shipped.filter((one) => one.file === file && !one.isType).map(({ to }) => to);

function reachable(from: string[]): Set<string> {
  const seen = new Set(from);
  for (const file of seen) for (const to of valueImports(file)) if (files.includes(to)) seen.add(to);
  return seen;
}

/** The first way from a file back to itself; empty when there is none. */
function findCycle(among: string[]): string[] {
  const done = new Set<string>();
  const walk = (file: string, path: string[]): string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const to of valueImports(file)) {
      const cycle = among.includes(to) ? walk(to, [...path, file]) : [];
      if (cycle.length > 0) return cycle;
    }
    done.add(file);
    return [];
  };
  return among.map((file) => walk(file, [])).find((cycle) => cycle.length > 0) ?? [];
}
