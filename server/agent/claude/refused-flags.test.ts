import { expect, test } from "vitest";
import { refusedFlags } from "./refused-flags.ts";

test.each([
  ...["--allowedTools", "--allowed-tools", "--disallowedTools", "--disallowed-tools", "--permission-mode"],
  ...["--dangerously-skip-permissions", "--allow-dangerously-skip-permissions", "--permission-prompt-tool"],
  ...["--permission-prompts", "--settings", "--setting-sources", "--managed-settings", "--mcp-config", "--add-dir"],
  ...["--plugin-dir", "--plugin-url", "--agents", "--agent", "--"],
])("%s is told, however its value is joined to it", (name) => {
  expect(refusedFlags(["--verbose", name, "Bash"])).toEqual([name]);
  if (name !== "--") expect(refusedFlags([`${name}=Bash`])).toEqual([name]);
});

test("other flags, and words that are none, are left alone", () => {
  const flags = ["--max-turns", "3", "--append-system-prompt", "Mind the settings and permissions.", "--effort=high"];
  expect(refusedFlags([...flags, "--fallback-model", "sonnet", "--betas", "x", "add-dir", "-d"])).toEqual([]);
});
