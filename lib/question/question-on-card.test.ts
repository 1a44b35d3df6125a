import { v7 as uuid } from "uuid";
import { expect, test } from "vitest";
import { system } from "@/lib/actor.ts";
import { db } from "@/lib/db.ts";
import { inJournaledTransaction } from "@/lib/journal.ts";
import { askQuestion } from "@/lib/question/question.ts";
import { call, newProject, newTask, newWorker, provideTestDatabase } from "@/lib/testing/world.ts";

provideTestDatabase();

test("a card says how many questions of its session are open, what the agent does and what it has cost", async () => {
  const project = await newProject();
  const { id: taskId } = await newTask(project.id, { type: "claude-code", spec: { prompt: "do it" } });
  await call("task", "queue", { taskId });
  const worker = await newWorker();
  const { sessionId } = (await worker.step()).claims.find((claim) => claim.taskId === taskId)!;
  const onCard = async () => (await call("task", "get", { taskId })).session;
  expect(await onCard()).toMatchObject({ agent: "claude-code", openQuestions: 0, liveLine: null, costUsd: null });

  const ids = [uuid(), uuid()];
  for (const id of ids)
    await inJournaledTransaction((tx) =>
      askQuestion(tx, { id, sessionId, askedAs: id, tool: "Bash", input: "make", timeoutSeconds: 60 }, system),
    );
  await db().session.update({ where: { id: sessionId }, data: { liveLine: "Runs make", costUsd: 0.5 } });
  expect(await onCard()).toMatchObject({ openQuestions: 2, liveLine: "Runs make", costUsd: 0.5 });

  await call("question", "answer", { questionId: ids[0], decision: "allow" });
  expect(await onCard()).toMatchObject({ openQuestions: 1 });
});
