import { asInstruction, type Part, putSection } from "@/lib/task/file/body.ts";
import { closeOf, fenced } from "@/lib/task/file/fences.ts";
import { tidy } from "@/lib/task/file/tidy.ts";
import type { TaskType } from "@/lib/task/schema.ts";
import { shellSpec } from "@/lib/task/spec-from-title.ts";

/** What is carried out, as text: an agent's prompt, or a line for a shell. */
export function instructionOf(type: TaskType, spec: Record<string, unknown>): string {
  if (type !== "cli") return typeof spec.prompt === "string" ? tidy(spec.prompt) : "";
  const { command, args = [] } = spec as { command?: string; args?: string[] };
  if (command === undefined) return "";
  if (command === "sh" && args.length === 2 && args[0] === "-c") return tidy(args[1]!);
  return tidy([command, ...args].map(quoted).join(" "));
}

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

interface Wanted {
  type: TaskType;
  instruction: string;
}

/** The spec that says it. What the text does not speak of (a model, an environment) stays as it is. */
export function specSaying({ type, instruction }: Wanted, before: { type: TaskType; spec: Record<string, unknown> }) {
  const isSameType = type === before.type;
  if (isSameType && instructionOf(type, before.spec) === instruction) return before.spec;
  if (instruction === "") return {};
  if (type !== "cli") return { ...(isSameType ? before.spec : {}), prompt: instruction };
  const { workingDirectory, environment } = isSameType ? before.spec : {};
  return {
    ...shellSpec(instruction),
    ...(workingDirectory === undefined ? {} : { workingDirectory }),
    ...(environment === undefined ? {} : { environment }),
  };
}

/** What a section says for a type: to an agent all of it, to a shell its first block of code. undefined: nothing. */
export function readInstruction(type: TaskType, section: string | undefined): string | undefined {
  if (section === undefined || type !== "cli") return section;
  const block = blockIn(section);
  return block && tidy(block.lines.slice(block.from + 1, block.to).join("\n"));
}

export function putInstruction(parts: readonly Part[], { type, instruction }: Wanted): Part[] {
  if (type !== "cli") return putSection(parts, "instruction", asInstruction(instruction));
  const section = parts.find(({ kind }) => kind === "instruction");
  const block = section && blockIn(section.text);
  if (instruction === "" && !block) return [...parts];
  if (!block) return putSection(parts, "instruction", joined(tidy(section?.text ?? ""), fenced(instruction, "sh")));
  const language = block.lines[block.from]!.replace(/^[\s`~]*/, "");
  const text = block.lines.toSpliced(block.from, block.to - block.from + 1, fenced(instruction, language)).join("\n");
  return parts.map((part) => (part === section ? { ...part, text } : part));
}

const joined = (before: string, after: string) => (before === "" ? after : `${before}\n\n${after}`);

function blockIn(text: string): { lines: string[]; from: number; to: number } | undefined {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  for (const from of lines.keys()) {
    const to = closeOf(lines, from);
    if (to !== null && Number.isFinite(to)) return { lines, from, to };
  }
  return undefined;
}
