import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

/** Below these, a known hole is open (S-10). */
const floors: Record<string, string> = {
  next: "16.2.6",
  ws: "8.21.0",
  "engine.io": "6.6.9",
  "socket.io-parser": "4.2.6",
};

const lock = JSON.parse(readFileSync(new URL("../package-lock.json", import.meta.url), "utf8")) as {
  packages: Record<string, { version?: string }>;
};

const isAtLeast = (version: string, floor: string): boolean => {
  const [have, need] = [version, floor].map((text) => text.split("-")[0]!.split(".").map(Number));
  const differs = need!.findIndex((part, index) => part !== have![index]);
  return differs === -1 || have![differs]! > need![differs]!;
};

it.each(Object.entries(floors))("every %s that is installed is at least %s", (name, floor) => {
  const found = Object.entries(lock.packages).filter(([path]) => path.endsWith(`node_modules/${name}`));
  expect(found.length).toBeGreaterThan(0);
  for (const [path, { version = "0.0.0" }] of found)
    expect(isAtLeast(version, floor), `${path} is ${version}`).toBe(true);
});

it("knows which version is older", () => {
  expect(["8.20.9", "8.21.0", "8.21.1", "9.0.0", "8.3.0"].map((version) => isAtLeast(version, "8.21.0"))).toEqual([
    false,
    true,
    true,
    true,
    false,
  ]);
});
