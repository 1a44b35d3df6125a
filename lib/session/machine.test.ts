import { v7 as uuid } from "uuid";
import { beforeAll, describe, expect, it } from "vitest";
import { owner } from "@/lib/actor.ts";
import { db } from "@/lib/db.ts";
import { inJournaledTransaction } from "@/lib/journal.ts";
import { isSessionLive, sessionMoves, sessionStatuses } from "@/lib/session/machine.ts";
import { transitionSession } from "@/lib/session/transition.ts";
import { eventsOf, newProject, newTask, provideTestDatabase } from "@/lib/testing/world.ts";

provideTestDatabase();

const pairs = sessionStatuses.flatMap((from) =>
  sessionMoves.map(({ verb, to, from: starts }) => ({
    from,
    verb,
    to,
    isLegal: (starts as readonly string[]).includes(from),
  })),
);
const rowOf = (id: string) => db().session.findUniqueOrThrow({ where: { id } });

async function newSession(projectId: string, status: string): Promise<string> {
  const task = await newTask(projectId);
  const { id } = await db().session.create({
    data: {
      id: uuid(),
      taskId: task.id,
      projectId,
      attempt: 1,
      generation: 1,
      status,
      agent: "cli",
      sandboxProvider: "process",
      branch: "b",
      workerId: uuid(),
      leaseUntil: new Date(),
      heartbeatAt: new Date(),
      endedAt: isSessionLive(status) ? null : new Date(0),
    },
  });
  return id;
}

describe("the session's machine in the database", () => {
  let projectId: string;
  beforeAll(async () => {
    projectId = (await newProject()).id;
  });

  it.each(pairs.filter(({ isLegal }) => isLegal))(
    "moves a session that is $from by $verb to $to",
    async ({ from, verb, to }) => {
      const id = await newSession(projectId, from);
      const before = await rowOf(id);
      const options = { actor: owner.actor, reason: "WHY", message: "words" };
      expect(await inJournaledTransaction((tx) => transitionSession(tx, id, verb, options))).toBe(true);
      const after = await rowOf(id);
      expect(after).toEqual({
        ...before,
        status: to,
        reason: "WHY",
        message: "words",
        endedAt: to === "RUNNING" ? null : expect.any(Date),
      });
      const mine = (await eventsOf(projectId)).filter(({ entityId }) => entityId === id);
      const about = { taskId: after.taskId, attempt: 1 };
      expect(mine).toMatchObject([
        to === "RUNNING"
          ? { type: "SESSION_STARTED", actor: owner.actor, payload: about }
          : {
              type: "SESSION_ENDED",
              actor: owner.actor,
              payload: { ...about, status: to, reason: "WHY", message: "words" },
            },
      ]);
    },
  );

  it.each(pairs.filter(({ isLegal }) => !isLegal))(
    "leaves a session that is $from alone when asked to $verb",
    async ({ from, verb }) => {
      const id = await newSession(projectId, from);
      const [row, events] = [await rowOf(id), await eventsOf(projectId)];
      const options = { actor: owner.actor, reason: "WHY", message: "words" };
      expect(await inJournaledTransaction((tx) => transitionSession(tx, id, verb, options))).toBe(false);
      expect(await rowOf(id)).toEqual(row);
      expect(await eventsOf(projectId)).toEqual(events);
    },
  );

  it("lets no second live session of a task into the table", async () => {
    const live = await rowOf(await newSession(projectId, "RUNNING"));
    const { usage: _usage, report: _report, answer: _answer, ...fields } = live;
    const second = db().session.create({ data: { ...fields, id: uuid(), attempt: 2, status: "STARTING" } });
    await expect(second).rejects.toThrow(/unique constraint/i);
  });
});
