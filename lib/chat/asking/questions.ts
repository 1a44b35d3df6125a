import { carriersOf, usableTypes } from "@/lib/chat/asking/carriers.ts";
import { newestOpen, requireKeys } from "@/lib/chat/asking/keys.ts";
import type { AskedLine, AskedStep } from "@/lib/chat/asking/next-step.ts";
import type { Choice } from "@/lib/chat/contract.ts";
import type { Tx } from "@/lib/db.ts";
import { DomainError } from "@/lib/errors.ts";
import type { ProjectRow } from "@/lib/project/find.ts";
import { readPriority, readType } from "@/lib/task/import/read-words.ts";
import { commandIn } from "@/lib/task/spec-from-title.ts";
import { optionValues } from "@/lib/task/task-line.ts";

/** The line so far, and the project its card will be in. */
export interface Place {
  line: AskedLine;
  project: ProjectRow;
}

interface Question {
  text: string;
  choices: Choice[];
  /** null: nobody but the person knows. */
  usual: string | null;
}

/** What an answer says, and what people should hear about it before the next question. */
interface Taken {
  options?: AskedLine["options"];
  rest?: string;
  shell?: string;
  remark?: string;
}

interface Step {
  ask(tx: Tx, place: Place): Promise<Question>;
  /** Throws a DomainError for what is no answer. */
  take(tx: Tx, place: Place, answer: string): Promise<Taken>;
}

/** What is asked for each part of the line, and how an answer in words is understood. */
export const questions: Record<AskedStep, Step> = {
  title: {
    ask: async () => ({
      text: "What should the task do? A command goes in backticks: Run the tests `npm test`.",
      choices: [],
      usual: null,
    }),
    take: async (_, { line }, answer) => {
      const command = line.options.type === undefined ? commandIn(answer) : null;
      return { rest: answer, ...(command === null ? {} : { remark: `It runs \`${command}\`.` }) };
    },
  },
  type: {
    ask: async (tx, { project }) => {
      const choices = (await carriersOf(tx, project)).map((type) =>
        type === "cli" ? { answer: "command", label: "A command" } : { answer: type, label: type },
      );
      return { text: "What carries it out: a command, or an agent?", choices, usual: choices[0]!.answer };
    },
    take: takeType,
  },
  command: {
    ask: async (_, { line: { rest } }) => ({
      text: "Which command should a shell run?",
      choices: [{ answer: rest, label: `Run “${short(rest)}”` }],
      usual: rest,
    }),
    take: async (_, __, answer) => ({ shell: bare(answer) }),
  },
  priority: {
    ask: async () => ({
      text: "How urgent is it?",
      choices: priorities.map((name) => ({ answer: name, label: capital(name) })),
      usual: "medium",
    }),
    take: async (_, __, answer) => {
      const found = readPriority(answer);
      if (found === null) throw unknown(`There is no priority ${short(answer)}; there are ${priorities.join(", ")}.`);
      return { options: { priority: priorities[found]! } };
    },
  },
  after: {
    ask: async (tx, { project }) => {
      const open = await newestOpen(tx, project);
      return {
        text: `What does it wait for? Write keys such as ${open[0]?.answer ?? `${project.key}-3`}, or nothing.`,
        choices: [{ answer: "nothing", label: "Nothing" }, ...open],
        usual: "nothing",
      };
    },
    take: async (tx, { project }, answer) => {
      if (/^(nothing|none|no|-)$/i.test(answer)) return { options: { after: "" } };
      return { options: { after: (await requireKeys(tx, project, answer)).join(",") } };
    },
  },
};

const priorities = optionValues.priority!;

async function takeType(tx: Tx, { project }: Place, answer: string): Promise<Taken> {
  const shell = commandIn(answer);
  if (shell !== null) return { options: { type: "cli" }, shell, remark: `It runs \`${shell}\`.` };
  const type = /^(a )?(command|shell)$/i.test(answer) ? "cli" : readType(answer);
  if (type === null) {
    const known = (await carriersOf(tx, project)).map((one) => (one === "cli" ? "command" : one));
    throw unknown(`Nothing here is called ${short(answer)}; there are ${known.join(", ")}, or a command in backticks.`);
  }
  const isUsable = type === "acp" || (await usableTypes(tx)).has(type);
  return { options: { type }, ...(isUsable ? {} : { remark: `No orchestrator has found ${type} here so far.` }) };
}

/** Without the backticks around all of it; those within are the shell's. */
const bare = (text: string): string => /^`([^`]+)`$/.exec(text)?.[1] ?? text;
const short = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text);
const capital = (word: string): string => `${word[0]!.toUpperCase()}${word.slice(1)}`;
const unknown = (message: string) => new DomainError("VALIDATION_FAILED", message);
