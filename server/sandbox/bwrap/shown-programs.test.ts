import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { shownForProgram, shownOfPath } from "./shown-programs.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "runboard-shown-")));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function program(path: string): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, "#!/bin/sh\n");
  chmodSync(file, 0o755);
  return file;
}
function link(path: string, target: string): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  symlinkSync(target, file);
  return file;
}

test("a program among what is shown needs nothing; one elsewhere is shown alone, at its place", () => {
  expect(shownForProgram("/usr/bin/env", ["/usr"])).toEqual({ shown: [], links: [] });
  const alone = program("tool/agent");
  expect(shownForProgram(alone, ["/usr"])).toEqual({ shown: [alone], links: [] });
});

test("where a name leads to a program by links, the names are there too", () => {
  const real = program("share/versions/2.1/agent");
  const middle = link("share/current", real);
  const name = link("bin/agent", middle);
  expect(shownForProgram(name, ["/usr", join(root, "bin")])).toEqual({
    shown: [real],
    links: [{ path: middle, target: real }],
  });
  expect(shownForProgram(name, ["/usr"]).links.map(({ path }) => path)).toEqual([name, middle]);
});

test("what npm has installed is shown with what it needs, an environment of Python whole", () => {
  const cli = program("prefix/lib/node_modules/@a/agent/cli.js");
  const name = link("prefix/bin/npm-agent", cli);
  expect(shownForProgram(name, [join(root, "prefix/bin")]).shown).toEqual([join(root, "prefix/lib/node_modules")]);
  const inVenv = program("venv/bin/agent");
  writeFileSync(join(root, "venv/pyvenv.cfg"), "");
  expect(shownForProgram(inVenv, []).shown).toEqual([join(root, "venv")]);
});

test("of PATH programs are shown, with npm's beside them, and no home, no private place, nothing twice", () => {
  const home = join(root, "home");
  program("home/.local/bin/x");
  program("home/.local/lib/node_modules/y/z");
  program("home/.local/share/secret");
  program("runboard/bin/x");
  program("other/bin/x");
  const toHome = link("link-to-home", home);
  const path = [
    "/usr/bin",
    "relative",
    "",
    "/",
    root,
    home,
    toHome,
    join(home, ".local/bin"),
    join(root, "runboard/bin"),
    join(root, "other/bin/"),
    join(root, "other/bin"),
    "/nowhere",
  ];
  expect(shownOfPath(path.join(":"), ["/usr"], { homes: [home], closed: [join(root, "runboard"), "/run"] })).toEqual([
    join(home, ".local/bin"),
    join(home, ".local/lib/node_modules"),
    join(root, "other/bin"),
  ]);
});
