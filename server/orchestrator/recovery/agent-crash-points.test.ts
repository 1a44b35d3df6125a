import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";

vi.hoisted(() => Object.assign(process.env, { RUNBOARD_GRACE_MS: "500", RUNBOARD_POLL_MS: "100" }));

import { db } from "@/lib/db.ts";
import { home } from "@/lib/env.ts";
import { call, eventsOf, provideTestDatabase } from "@/lib/testing/world.ts";
import { agentPaths } from "../../agent/agent-paths.ts";
import { createGitTestbed } from "../../git-testbed.ts";
import { eventually as within } from "../../sandbox/eventually.ts";
import { sessionPaths } from "../../sandbox/session-directory.ts";
import { queueAgent, standInDriver } from "../agent/testing.ts";
import type { Services } from "../services.ts";
import {
  ended,
  kill,
  leftOf,
  linesOf,
  projectOn,
  type RunningOrchestrator,
  sessionsOf,
  startOrchestrator,
} from "../testing.ts";

// Two orchestrators each, with real helpers, clones and processes.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });
provideTestDatabase();
/** Other tests may have the machine to themselves for a while. */
const eventually = <Found>(look: () => Promise<Found> | Found) => within(look, 60_000);
const bed = createGitTestbed("agent-crash-points");
const standIn = standInDriver();
const scratch = mkdtempSync(join(tmpdir(), "runboard-crash-witness-"));
const running: RunningOrchestrator[] = [];
afterEach(async () => {
  for (const orchestrator of running.splice(0)) await orchestrator.stop();
});
afterAll(() => {
  bed.remove();
  standIn.remove();
  rmSync(scratch, { recursive: true, force: true });
});

/** One session as the test sees it. */
interface Scene {
  taskId: string;
  /** The first attempt's. */
  sessionId(): Promise<string>;
  directory(): Promise<string>;
  /** Says the one prompt, and answers the one question, once each however often it is called. */
  say(): Promise<void>;
  answer(): Promise<void>;
  /** Lets the agent take the prompt. */
  letTake(): void;
}

interface Point {
  name: string;
  attempts: number;
  arrange?: (services: Services, stop: () => Promise<never>) => void;
  /** Resolves when the first orchestrator has come to the point; without it: when `stop` was called. */
  isReached?: (scene: Scene) => Promise<unknown>;
}

const outputHas = async (scene: Scene, word: string) => {
  const { output } = sessionPaths(await scene.directory());
  return eventually(() => existsSync(output) && readFileSync(output, "utf8").includes(word));
};
const inboxHas = async (scene: Scene, word: string) => {
  const { inbox } = agentPaths(await scene.directory());
  return eventually(() => existsSync(inbox) && readFileSync(inbox, "utf8").includes(word));
};
const question = (scene: Scene) =>
  eventually(async () => db().question.findFirst({ where: { sessionId: await scene.sessionId() } }));
const wholeTalk = async (scene: Scene) => {
  await scene.say();
  scene.letTake();
  await scene.answer();
};

const points: Point[] = [
  {
    name: "agent.json written, the agent not started",
    attempts: 2,
    arrange: (services, stop) => {
      services.sandbox.launch = stop;
    },
  },
  {
    name: "the agent started, and nobody was told",
    attempts: 1,
    arrange: (services, stop) => {
      const { launch } = services.sandbox;
      services.sandbox.launch = async (plan) => {
        await launch(plan);
        return stop();
      };
    },
  },
  {
    name: "a question asked, and costs told, that nobody heard",
    attempts: 1,
    arrange: (services) => {
      services.agents = { ...services.agents, follow: () => {} };
    },
    isReached: (scene) => outputHas(scene, '"asked"'),
  },
  { name: "the question written, not answered", attempts: 1, isReached: question },
  {
    name: "answered, and the agent was not told",
    attempts: 1,
    arrange: (services) => {
      services.agents = { ...services.agents, hint: () => {} };
    },
    isReached: async (scene) => {
      await question(scene);
      await scene.answer();
    },
  },
  {
    name: "the prompt appended, the receipt not written",
    attempts: 1,
    isReached: async (scene) => {
      await scene.say();
      await inboxHas(scene, '"prompt"');
    },
  },
  {
    name: "the prompt half appended",
    attempts: 1,
    arrange: (services) => {
      services.agents = { ...services.agents, hint: () => {} };
    },
    isReached: async (scene) => {
      await outputHas(scene, '"asked"');
      const { inbox } = agentPaths(await scene.directory());
      writeFileSync(inbox, '{"kind":"prompt","promptId":"');
      await scene.say();
    },
  },
  {
    name: "the outcome written, and nobody looked",
    attempts: 1,
    arrange: (services) => {
      services.sandbox.look = () => new Promise(() => {});
    },
    isReached: async (scene) => {
      await wholeTalk(scene);
      const { outcome } = agentPaths(await scene.directory());
      await eventually(() => existsSync(outcome));
    },
  },
  {
    name: "the last words not taken in",
    attempts: 1,
    arrange: (services, stop) => {
      services.agents = { ...services.agents, finish: stop };
    },
  },
  {
    name: "the conversation kept, the result not settled",
    attempts: 1,
    arrange: (services, stop) => {
      services.turns.settle = stop;
    },
  },
];

describe("an orchestrator that dies over an agent", () => {
  it.each(points)(
    "$name: the next one brings it to its one right end",
    async ({ name, attempts, arrange, isReached }) => {
      const repository = bed.repository();
      const project = await projectOn(repository);
      const [witness, mayTake] = [join(scratch, `witness-${project.id}`), join(scratch, `may-take-${project.id}`)];
      const taskId = await queueAgent(
        project.id,
        `fs.appendFileSync(${JSON.stringify(witness)}, "run\\n");
       emit({ kind: "started", agent: "claude-code", version: "2.1.0", model: "opus", conversationId: "talk-1", mcpServers: [] });
       emit({ kind: "spent", costUsd: 0.25, inputTokens: 10, outputTokens: 1, cacheReadTokens: null, cacheWriteTokens: null });
       emit({ kind: "asked", askedAs: "q1", tool: "Bash", input: "rm" });
       const said = await heard("prompt");
       await until(() => fs.existsSync(${JSON.stringify(mayTake)}));
       emit({ kind: "prompted", promptId: said.promptId, text: said.text });
       const { decision } = await heard("answer");
       emit({ kind: "answered", askedAs: "q1", decision, by: "person" });
       emit({ kind: "spent", costUsd: 0.5, inputTokens: 20, outputTokens: 2, cacheReadTokens: null, cacheWriteTokens: null });
       fs.mkdirSync(path.join(directory, "conversation"));
       fs.writeFileSync(path.join(directory, "conversation", "memory"), "kept");
       fs.writeFileSync(path.join(plan.work, "work.txt"), "work");
       end("DONE", { result: said.text + " " + decision });`,
      );
      const scene = sceneOf(taskId, mayTake);
      let isStopped = false;
      const stop = () => {
        isStopped = true;
        return new Promise<never>(() => {});
      };
      const first = await startOrchestrator((services) => {
        standIn.arrange(services);
        arrange?.(services, stop);
      });
      running.push(first);
      if (isReached) await isReached(scene);
      else {
        if (/words|conversation/.test(name)) await wholeTalk(scene);
        await eventually(() => isStopped);
      }
      await kill(first);
      running.push(await startOrchestrator(standIn.arrange));
      if (attempts === 1) await wholeTalk(scene);
      else await wholeTalk(sceneOf(taskId, mayTake, 2));
      const task = await ended(taskId);

      expect(task).toMatchObject({
        status: "COMPLETED",
        attempts,
        failures: 0,
        losses: 0,
        result: { text: "Go on. allow" },
      });
      expect(linesOf(witness)).toEqual(["run"]);
      const sessions = await sessionsOf(taskId);
      const last = sessions.at(-1)!;
      expect(sessions.map(({ status }) => status)).toEqual(attempts === 1 ? ["SUCCEEDED"] : ["LOST", "SUCCEEDED"]);
      expect(last).toMatchObject({
        reason: "DONE",
        costUsd: 0.5,
        model: "opus",
        conversationId: "talk-1",
        agentVersion: "2.1.0",
      });
      expect(bed.plainGit(repository, "show", `${task.resultCommit}:work.txt`)).toBe("work");
      const prompts = await db().sessionPrompt.findMany({ where: { sessionId: last.id } });
      expect(prompts).toMatchObject([{ refusal: null, deliveredAt: expect.any(Date) }]);
      expect(await db().question.findMany({ where: { sessionId: last.id } })).toMatchObject([{ decision: "allow" }]);
      expect(readFileSync(join(home.conversations, taskId, String(attempts), "memory"), "utf8")).toBe("kept");
      await eventually(async () => (await leftOf(taskId)).length === 0);
      const types = (await eventsOf(project.id)).map(({ type }) => type);
      for (const once of [
        "QUESTION_ASKED",
        "QUESTION_ANSWERED",
        "SESSION_PROMPTED",
        "SESSION_PROMPT_DELIVERED",
        "TASK_COMPLETED",
      ])
        expect(types.filter((type) => type === once)).toEqual([once]);
      expect(types.filter((type) => type === "SESSION_ENDED")).toHaveLength(attempts);
    },
  );
});

function sceneOf(taskId: string, mayTake: string, attempt = 1): Scene {
  const sessionId = () => eventually(async () => (await sessionsOf(taskId)).find((one) => one.attempt === attempt)?.id);
  let [said, answered] = [false, false];
  const scene: Scene = {
    taskId,
    sessionId,
    directory: async () => join(home.sessions, await sessionId()),
    async say() {
      if (said) return;
      said = true;
      await call("session", "prompt", { sessionId: await sessionId(), text: "Go on." });
    },
    async answer() {
      if (answered) return;
      answered = true;
      const { id } = await question(scene);
      await call("question", "answer", { questionId: id, decision: "allow" });
    },
    letTake: () => writeFileSync(mayTake, ""),
  };
  return scene;
}
