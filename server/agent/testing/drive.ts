import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type AgentEvent, agentEventSchema, type InboxMessage } from "@/lib/agent/events.ts";
import { eventually } from "../../sandbox/eventually.ts";
import { createSessionDirectory, sessionPaths } from "../../sandbox/session-directory.ts";
import { SESSION_MARKER } from "../../sandbox/spawner/session-wrapper.ts";
import { endSession } from "../../sandbox/tree/end-session.ts";
import { agentPaths } from "../agent-paths.ts";
import { driverProgram } from "../driver-program.ts";
import { type AgentOutcome, readAgentOutcome } from "../outcome.ts";
import { type AgentPlan, agentPlanSchema } from "../plan.ts";

export interface Driven {
  directory: string;
  pid: number;
  /** Every line so far; throws when one is no event. */
  events(): AgentEvent[];
  /** The first event of a kind for which `is` holds, as soon as it is there. */
  seen<Kind extends AgentEvent["kind"]>(kind: Kind, is?: (event: Of<Kind>) => boolean): Promise<Of<Kind>>;
  tell(message: InboxMessage): void;
  /** What it left, when it has ended. */
  ended(): Promise<{ exitCode: number | null; outcome: AgentOutcome; events: AgentEvent[] }>;
  signal(name: NodeJS.Signals): void;
}
type Of<Kind> = Extract<AgentEvent, { kind: Kind }>;

export interface Drive {
  plan: Partial<AgentPlan> & Pick<AgentPlan, "agent" | "prompt">;
  /** The program in its confinement. */
  program: readonly string[];
  /** For the driver alone. */
  environment?: Record<string, string>;
  upstream: string;
  /** Of an earlier session: its conversation is gone on with. */
  after?: { directory: string; conversationId: string };
}

const patienceMs = 110_000;
export const sessionToken = "the-token-of-this-session";

/** Where driven sessions live; `end` ends those that still run and removes everything. */
export function createStage() {
  const root = mkdtempSync(join(tmpdir(), "runboard-driver-"));
  const running = new Set<ChildProcess>();
  const directories: string[] = [];
  let count = 0;

  /** Starts the real driver on a session's directory, as a sandbox would. */
  async function drive({ plan, program, environment = {}, upstream, after }: Drive): Promise<Driven> {
    const directory = join(root, `${basename(root)}-${++count}`);
    directories.push(directory);
    const paths = createSessionDirectory(directory);
    const { work, home, tmp } = paths;
    const gate = { relay: null, upstream, token: sessionToken, allowedHosts: [] };
    const whole = agentPlanSchema.parse({
      ...{
        conversationId: after?.conversationId ?? null,
        model: null,
        flags: [],
        mcpServers: {},
        boardTools: false,
        permissions: "allow",
      },
      ...{ budgetUsd: null, args: [], work, home, tmp, gate, ...plan },
    });
    writeFileSync(agentPaths(directory).plan, JSON.stringify(whole), { mode: 0o600 });
    if (after) await copyConversation(after.directory, directory);
    const { command, args } = driverProgram();
    const output = openSync(paths.output, "a", 0o600);
    const child = spawn(command, [...args, directory, "--", ...program], {
      cwd: work,
      env: {
        PATH: process.env.PATH,
        HOME: home,
        TMPDIR: tmp,
        [SESSION_MARKER]: basename(directory),
        ...environment,
      } as unknown as NodeJS.ProcessEnv,
      stdio: ["ignore", output, output],
    });
    closeSync(output);
    running.add(child);
    const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
    void exited.then(() => running.delete(child));
    return driven(directory, child, exited);
  }

  return {
    drive,
    /** What agents have left running too: without a sandbox nobody else ends it. */
    async end() {
      for (const child of running) child.kill("SIGKILL");
      for (const directory of directories) await endSession({ directory, identity: null, graceMs: 0 });
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function driven(directory: string, child: ChildProcess, exited: Promise<number | null>): Driven {
  const events = () => readEvents(sessionPaths(directory).output);
  return {
    directory,
    pid: child.pid!,
    events,
    seen: (kind, is = () => true) =>
      eventually(() => {
        const found = events().find((event): event is Of<typeof kind> => event.kind === kind && is(event as never));
        if (!found && child.exitCode !== null)
          throw new Error(`It ended: ${readFileSync(sessionPaths(directory).output)}`);
        return found;
      }, patienceMs),
    tell: (message) => appendFileSync(agentPaths(directory).inbox, `${JSON.stringify(message)}\n`),
    async ended() {
      const exitCode = await exited;
      const outcome = await readAgentOutcome(directory);
      if (outcome === null) throw new Error(`No outcome. ${readFileSync(sessionPaths(directory).output)}`);
      return { exitCode, outcome, events: events() };
    },
    signal: (name) => void child.kill(name),
  };
}

/** Whole lines only: the last may be on its way. */
function readEvents(output: string): AgentEvent[] {
  const lines = readFileSync(output, "utf8").split("\n").slice(0, -1);
  return lines.map((line) => agentEventSchema.parse(JSON.parse(line)));
}

const copyConversation = (from: string, to: string): Promise<void> =>
  cp(agentPaths(from).conversation, agentPaths(to).conversation, { recursive: true });
