import { spawn } from "node:child_process";
import type { Writable } from "node:stream";
import type { AgentCommand, AgentExit } from "../port.ts";
import { agentEnvironment } from "./agent-environment.ts";
import { createChannel } from "./channel.ts";
import type { Emit } from "./event-output.ts";
import { readLines } from "./lines.ts";

export interface AgentProcess {
  stdin: Writable;
  lines: AsyncIterable<string>;
  lastWords(): string;
  exited: Promise<AgentExit>;
  /** Told to end, with this signal at first; after a while it has to. */
  end(signal: NodeJS.Signals, graceMs: number): void;
  /** Its work is done: no more input; who does not end on that is made to. */
  letGo(): Promise<AgentExit>;
}

export const toldToEnd = "It was told to end before its work was done.";

const patienceMs = 5_000;
const lastWordsMaxLength = 2_000;
/** How much of stderr is worth an event each; an agent that has more to say there is not saying it to a person. */
const noticesMax = 500;

/** Starts the agent: its confinement's command line, followed by its own arguments. */
export function startAgent(confinement: readonly string[], command: AgentCommand, emit: Emit): AgentProcess {
  const [program = "", ...args] = confinement;
  const child = spawn(program, [...args, ...command.args], {
    env: agentEnvironment(command.environment),
    stdio: ["pipe", "pipe", "pipe"],
  });
  const lines = createChannel<string>();
  const tooLong = () =>
    emit({ kind: "notice", level: "warning", text: "A line of the agent was too long to be read." });
  let lastWords = "";
  let notices = 0;
  const onWords = (line: string) => {
    if (line.trim() === "") return;
    lastWords = `${lastWords}${line}\n`.slice(-lastWordsMaxLength);
    if (++notices <= noticesMax) emit({ kind: "notice", level: "warning", text: line });
    if (notices === noticesMax)
      emit({ kind: "notice", level: "warning", text: "More that it says on stderr is left out." });
  };
  let because: string | null = null;
  const ended = new Promise<AgentExit>((resolve) => {
    child.once("error", (error) => {
      because ??= `It could not be started: ${error.message}.`;
      if (child.pid === undefined) resolve({ exitCode: null, signal: null, because });
    });
    child.once("exit", (exitCode, signal) => resolve({ exitCode, signal, because }));
  });
  child.stdin.on("error", () => {});
  const read = Promise.all([
    readLines(child.stdout, { onLine: lines.push, onTooLong: tooLong }),
    readLines(child.stderr, { onLine: onWords, onTooLong: tooLong }),
  ]);
  // Children of the agent may hold its output open for as long as they like.
  const exited = ended.then(async (exit) => {
    await withinMs(read, patienceMs);
    lines.end();
    return exit;
  });

  const end = (signal: NodeJS.Signals, graceMs: number) => {
    because ??= toldToEnd;
    child.kill(signal);
    setTimeout(() => child.kill("SIGKILL"), graceMs).unref();
  };
  return {
    ...{ stdin: child.stdin, lines, exited, end },
    lastWords: () => lastWords.trim(),
    async letGo() {
      child.stdin.end();
      if ((await withinMs(ended, patienceMs)) === "late") child.kill("SIGTERM");
      if ((await withinMs(ended, patienceMs)) === "late") child.kill("SIGKILL");
      return exited;
    },
  };
}

async function withinMs<T>(work: Promise<T>, ms: number): Promise<T | "late"> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(resolve, ms, "late");
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
