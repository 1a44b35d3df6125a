import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { AgentEnd, AgentEvent, InboxMessage } from "@/lib/agent/events.ts";
import { startAgent } from "../driver/agent-process.ts";
import { createChannel } from "../driver/channel.ts";
import type { AgentPlan } from "../plan.ts";
import type { Agent, WithoutTime } from "../port.ts";

type Event = WithoutTime<AgentEvent>;

export interface Talk {
  work: string;
  events: Event[];
  ended: Promise<AgentEnd>;
  tell(message: InboxMessage): void;
  /** The first event that fits, now or later. */
  saw<Kind extends Event["kind"]>(kind: Kind): Promise<Extract<Event, { kind: Kind }>>;
  of<Kind extends Event["kind"]>(kind: Kind): Extract<Event, { kind: Kind }>[];
}

export interface Stage {
  /** Of the work, home and state of every talk on it: who goes on with a conversation finds it here. */
  root: string;
  talk(agent: Agent, given: TalkGiven): Talk;
  close(): Promise<void>;
}

export interface TalkGiven extends Partial<AgentPlan> {
  program: readonly string[];
  gateUrl?: string;
}

/** An agent and its program without driver, gate and session around them: what it makes of its dialect, and nothing else. */
export function openStage(): Stage {
  const root = mkdtempSync(join(tmpdir(), "runboard-talk-"));
  const closing: (() => Promise<unknown>)[] = [];
  return {
    root,
    talk(agent, { program, gateUrl = "http://127.0.0.1:9", ...plan }) {
      const talk = startTalk(agent, { program, gateUrl, plan: { ...planIn(root), ...plan } });
      closing.push(talk.letGo);
      return talk;
    },
    async close() {
      await Promise.all(closing.map((close) => close()));
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function planIn(root: string): AgentPlan {
  const [work, home, tmp] = ["work", "home", "tmp"].map((name) => join(root, name)) as [string, string, string];
  for (const directory of [work, home, tmp]) mkdirSync(directory, { recursive: true });
  return {
    ...{
      agent: "acp",
      prompt: "",
      conversationId: null,
      model: null,
      flags: [],
      mcpServers: {},
      boardTools: false,
      permissions: "allow",
    },
    ...{ budgetUsd: null, args: [], work, home, tmp },
    gate: { relay: null, upstream: "http://127.0.0.1:9", token: "token-of-the-session", allowedHosts: [] },
  };
}

function startTalk(
  agent: Agent,
  { program, gateUrl, plan }: { program: readonly string[]; gateUrl: string; plan: AgentPlan },
): Talk & { letGo(): Promise<unknown> } {
  const events: Event[] = [];
  const watchers = new Set<() => void>();
  const emit = (event: Event) => {
    events.push(event);
    for (const look of watchers) look();
  };
  const place = {
    gateUrl,
    stateDirectory: join(plan.home, ".agent"),
    conversationId: plan.conversationId ?? "",
    board: null,
  };
  const command = agent.command(plan, place);
  for (const [path, content] of Object.entries(command.files)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  const own = { HOME: plan.home, TMPDIR: plan.tmp, ...command.environment };
  const running = startAgent(program, { ...command, environment: own }, emit);
  const inbox = createChannel<InboxMessage>();
  void running.exited.then(() => inbox.end());
  const ended = agent.converse({ ...running, plan, place, inbox, emit });
  const of = <Kind extends Event["kind"]>(kind: Kind) =>
    events.filter((event): event is Extract<Event, { kind: Kind }> => event.kind === kind);
  return {
    ...{ work: plan.work, events, ended, tell: inbox.push, of, letGo: running.letGo },
    saw: (kind) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const [first] = of(kind);
          if (first === undefined) return;
          watchers.delete(look);
          resolve(first);
        };
        watchers.add(look);
        look();
        void ended.then((end) => reject(new Error(`It ended without ${kind}: ${JSON.stringify(end)}`)));
      }),
  };
}
