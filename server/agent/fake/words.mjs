/**
 * What a prompt may say to the fakes, one step a line, anywhere in it; whoever reads it as the model (testing/model-endpoint.ts) or
 * as the agent (fake-claude.mjs) does the same:
 *
 *     do: write <path> <text>       do: run <shell command>      do: call <tool> <JSON>
 *     do: say <text>                the last answer; else "Done."
 *     do: recall                    the last answer: every `remember: <text>` the conversation holds
 *     do: fail <HTTP status>        the model's endpoint answers so; `<n> times`: while fewer attempts than n have ended before
 *
 * The newest prompt counts. One that comes in while a tool runs takes the place of the steps that were left.
 */

/**
 * @typedef {{ does: "write", path: string, text: string } | { does: "run", command: string } | { does: "call", tool: string, input: unknown }
 *   | { does: "say", text: string } | { does: "recall" } | { does: "fail", status: number }} Step
 */

/** @param {string} prompt @returns {Step[]} */
export function readSteps(prompt) {
  return linesAfter(prompt, "do: ").flatMap((line) => readStep(line, prompt) ?? []);
}

/** @param {string} prompt @returns {boolean} */
export const hasSteps = (prompt) => linesAfter(prompt, "do: ").length > 0;

/** @param {string} text @returns {string[]} */
export const readMemories = (text) => linesAfter(text, "remember: ");

/** @param {string} text @param {string} prefix @returns {string[]} */
const linesAfter = (text, prefix) =>
  text.split("\n").flatMap((line) => (line.startsWith(prefix) ? [line.slice(prefix.length).trim()] : []));

/** @param {string} line @param {string} prompt @returns {Step | null} */
function readStep(line, prompt) {
  const [verb = "", first = ""] = line.split(" ");
  const rest = line.slice(verb.length + 1);
  if (verb === "write") return { does: "write", path: first, text: rest.slice(first.length + 1) };
  if (verb === "run") return { does: "run", command: rest };
  if (verb === "call") return { does: "call", tool: first, input: JSON.parse(rest.slice(first.length + 1) || "{}") };
  if (verb === "say") return { does: "say", text: rest };
  if (verb === "recall") return { does: "recall" };
  if (verb !== "fail") return null;
  const times = Number(/(\d+) times$/.exec(rest)?.[1] ?? Number.POSITIVE_INFINITY);
  const before = prompt.match(/^- Attempt \d+ ended/gm)?.length ?? 0;
  return before < times ? { does: "fail", status: Number(first) } : null;
}
