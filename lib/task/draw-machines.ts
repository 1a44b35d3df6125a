import { sessionMoves, sessionStatuses } from "@/lib/session/machine.ts";
import { taskMoves, taskStatuses } from "@/lib/task/machine.ts";

/** The machines as Mermaid state diagrams, drawn from their tables; ARCHITECTURE.md shows them. */
export function drawTaskMachine(): string {
  const arrows = taskMoves.flatMap(({ verb, from, to }) => from.flatMap((a) => to.map((b) => ({ a, b, verb }))));
  return draw(taskStatuses, "DRAFT", arrows);
}

export function drawSessionMachine(): string {
  const arrows = sessionMoves.flatMap(({ verb, from, to }) => from.map((a) => ({ a, b: to, verb })));
  return draw(sessionStatuses, "STARTING", arrows);
}

interface Arrow {
  a: string;
  b: string;
  verb: string;
}

/** Arrows between the same two statuses share a line. */
function draw(statuses: readonly string[], first: string, arrows: readonly Arrow[]): string {
  const byEnds = new Map<string, string[]>();
  for (const { a, b, verb } of arrows) byEnds.set(`${a} --> ${b}`, [...(byEnds.get(`${a} --> ${b}`) ?? []), verb]);
  const lines = [...byEnds].map(([ends, verbs]) => `  ${ends}: ${verbs.join(", ")}`);
  const last = statuses
    .filter((status) => !arrows.some(({ a }) => a === status))
    .map((status) => `  ${status} --> [*]`);
  return ["```mermaid", "stateDiagram-v2", `  [*] --> ${first}`, ...lines, ...last, "```"].join("\n");
}

/** Puts the drawings between their markers. */
export function withDrawings(text: string): string {
  const between = (name: string, drawing: string, into: string) =>
    into.replace(
      new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(\n<!-- /${name} -->)`),
      (_all, open: string, close: string) => `${open}${drawing}${close}`,
    );
  return between("session machine", drawSessionMachine(), between("task machine", drawTaskMachine(), text));
}
