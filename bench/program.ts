import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A program of a bench in a process of its own: it says it is ready by a first message, then answers one message by one. */
export interface Program {
  pid: number;
  /** Its first message. */
  greeting: unknown;
  /** Rejects when it ends instead of answering. One question at a time. */
  ask<Answer>(question: object): Promise<Answer>;
  end(): Promise<void>;
}

/** `file` is beside this one ("push/io-clients.ts"); it finds `given` as JSON in its first argument. */
export async function startProgram(
  file: string,
  given: object = {},
  environment: Record<string, string> = {},
): Promise<Program> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), [JSON.stringify(given)], {
    env: { ...process.env, ...environment },
    execArgv: file.endsWith(".ts") ? ["--import", "tsx"] : [],
  });
  const ended = once(child, "exit").then(([code]) => Promise.reject(new Error(`${file} ended with ${code}.`)));
  ended.catch(() => {});
  const answer = async () => (await Promise.race([once(child, "message"), ended]))[0];
  return {
    pid: child.pid!,
    greeting: await answer(),
    ask: (question) => {
      const answered = answer();
      child.send(question);
      return answered;
    },
    end: async () => {
      if (child.connected) child.disconnect();
      await ended.catch(() => {});
    },
  };
}

/** What a program was given. */
export const givenToProgram = <Given>(): Given => JSON.parse(process.argv[2]!) as Given;

/** The program's side: says it is ready, then answers every question. It ends with its bench. */
export function serveProgram<Question>(
  answer: (question: Question) => Promise<unknown> | unknown,
  greeting: object = {},
): void {
  process.on("message", async (question: Question) => {
    const answered = await answer(question);
    process.send?.(answered ?? {});
  });
  process.on("disconnect", () => process.exit(0));
  process.send?.(greeting);
}
