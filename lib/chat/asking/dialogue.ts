import type { Actor } from "@/lib/actor.ts";
import { requireKeys } from "@/lib/chat/asking/keys.ts";
import { type AskedStep, type Dialogue, nextStep, stepBack } from "@/lib/chat/asking/next-step.ts";
import { questions } from "@/lib/chat/asking/questions.ts";
import { createOne, readOptions } from "@/lib/chat/create-cards.ts";
import type { Run, Spoken } from "@/lib/chat/run-command.ts";
import type { Tx } from "@/lib/db.ts";
import { DomainError } from "@/lib/errors.ts";
import { attempt } from "@/lib/journal.ts";
import { findProject, type ProjectRow } from "@/lib/project/find.ts";
import { commandIn } from "@/lib/task/spec-from-title.ts";

/** `/task` or `/draft` without a title. Options that say nothing are refused at once, as in a whole line. */
export async function beginDialogue(tx: Tx, run: Run): Promise<Spoken> {
  const { name, options, rest } = run.command;
  const { target } = await readOptions(tx, run);
  const after = options.after ? (await requireKeys(tx, target, options.after)).join(",") : options.after;
  const line = {
    name: name === "draft" ? ("draft" as const) : ("task" as const),
    options: { ...options, after },
    rest,
  };
  return goOn(tx, { line, answered: [] }, { project: run.project, actor: run.actor });
}

interface Said {
  project: ProjectRow;
  actor: Actor;
}

/** Takes a plain line as what was asked for. What cannot be taken is told, and asked again; nothing was changed by it. */
export async function takeAnswer(
  tx: Tx,
  dialogue: Dialogue,
  { text, ...said }: Said & { text: string },
): Promise<Spoken> {
  if (isWord(text, "stop")) return { text: "Nothing was created.", taskIds: [] };
  try {
    return await attempt(tx, () => followAnswer(tx, dialogue, { ...said, text: text.trim() }));
  } catch (thrown) {
    if (!(thrown instanceof DomainError)) throw thrown;
    return ask(tx, dialogue, { ...said, step: dialogue.step, remark: thrown.message });
  }
}

async function followAnswer(tx: Tx, dialogue: Dialogue, { text, ...said }: Said & { text: string }): Promise<Spoken> {
  const { line, answered, step, usual } = dialogue;
  if (isWord(text, "back")) {
    if (answered.length === 0) throw refusal("This is the first question.");
    return goOn(tx, stepBack(dialogue), said);
  }
  if (isWord(text, "create now")) {
    if (line.rest === "") throw refusal("There is nothing to create yet.");
    return create(tx, line, said);
  }
  const answer = isWord(text, "default") ? usual : text;
  if (answer === null) throw refusal("There is no default for this.");
  const place = { line, project: await placeOf(tx, line, said) };
  const { remark, options, ...taken } = await questions[step].take(tx, place, answer);
  const next = { ...line, ...taken, options: { ...line.options, ...options } };
  return goOn(tx, { line: next, answered: [...answered, step] }, { ...said, remark });
}

type Progress = Pick<Dialogue, "line" | "answered">;

async function goOn(tx: Tx, progress: Progress, { remark, ...said }: Said & { remark?: string | undefined }) {
  const step = nextStep(progress);
  return step === null ? create(tx, progress.line, said) : ask(tx, progress, { ...said, step, remark });
}

interface Next extends Said {
  step: AskedStep;
  /** Told before the question. */
  remark?: string | undefined;
}

async function ask(tx: Tx, { line, answered }: Progress, { step, remark, ...said }: Next): Promise<Spoken> {
  const { text, choices, usual } = await questions[step].ask(tx, { line, project: await placeOf(tx, line, said) });
  const moves: Dialogue["moves"] = [
    ...(answered.length > 0 ? (["back"] as const) : []),
    ...(line.rest === "" ? [] : (["create now"] as const)),
    "stop",
  ];
  return {
    text: remark === undefined ? text : `${remark} ${text}`,
    taskIds: [],
    asking: { step, of: said.actor, choices, usual, moves, line, answered },
  };
}

/** A command in backticks says what carries it out; what nobody has said is as in a line without options. */
function create(tx: Tx, line: Dialogue["line"], { project, actor }: Said): Promise<Spoken> {
  const { type = commandIn(line.rest) === null ? undefined : "cli" } = line.options;
  return createOne(tx, { command: { ...line, options: { ...line.options, type } }, project, actor });
}

const placeOf = async (tx: Tx, { options }: Dialogue["line"], { project }: Said): Promise<ProjectRow> =>
  options.project ? findProject(tx, options.project) : project;

const isWord = (text: string, word: string): boolean => text.trim().replace(/[.!]$/, "").toLowerCase() === word;
const refusal = (message: string) => new DomainError("VALIDATION_FAILED", message);
