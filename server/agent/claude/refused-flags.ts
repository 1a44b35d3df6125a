/**
 * Of a task's flags those that undo what its project says of permissions: that set them, or bring settings, servers, plugins or agents with
 * rules and programs of their own. `--` would make a prompt of all of ours that follow.
 */
export const refusedFlags = (flags: readonly string[]): string[] =>
  flags
    .map((flag) => flag.split("=")[0] ?? "")
    .filter((name) => name === "--" || (name.startsWith("-") && undoes(name)));

/** By a part of the name: such flags are many, some under two names, and become more. */
const undoes = (name: string): boolean =>
  /permission|setting|dangerous|mcpconfig|plugin|allowedtools|^adddir$|^agents?$/.test(
    name.replaceAll("-", "").toLowerCase(),
  );
