import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { beforeEach, expect, it } from "vitest";
import { env, home } from "@/lib/env.ts";
import { removeAddress, writeAddress } from "./address-file.ts";

beforeEach(() => {
  mkdirSync(env.RUNBOARD_HOME, { recursive: true });
  rmSync(home.address, { force: true });
});

it("is there while the web process answers, for nobody else to read", () => {
  writeAddress("http://127.0.0.1:4000");
  expect(readFileSync(home.address, "utf8")).toBe("http://127.0.0.1:4000\n");
  expect(statSync(home.address).mode & 0o777).toBe(0o600);
  removeAddress("http://127.0.0.1:4000");
  expect(existsSync(home.address)).toBe(false);
  expect(() => removeAddress("http://127.0.0.1:4000")).not.toThrow();
});

it("stays when another web process has put its own there since", () => {
  writeAddress("http://127.0.0.1:4000");
  writeAddress("http://127.0.0.1:4001");
  removeAddress("http://127.0.0.1:4000");
  expect(readFileSync(home.address, "utf8")).toBe("http://127.0.0.1:4001\n");
});
