import fc from "fast-check";
import { pick } from "../board/board.ts";
import { findSightings, react } from "../board/watch.ts";
import { type Command, command, expectSame } from "./command.ts";
import { addTask } from "./creation.ts";
import { anyone, callerOf, person } from "./people.ts";
import { leaseMs } from "./workers.ts";

interface Reaction {
  kind: string;
  taskId: string;
  sessionId?: string;
  escalationTaskId?: string;
}

/** What the monitor makes of a task that nobody looked into. */
const investigation = { status: "DRAFT", type: "cli", priority: 3, maxAttempts: 3, asks: {} } as const;

/** A look at what waits or is silent for too long: one reaction to each, and none to it again. */
export const check: fc.Arbitrary<Command> = fc.tuple(anyone, person).map(([n, name]) =>
  command(`${name} lets the monitor look at ${n}`, async (board, engine) => {
    const project = pick([...board.projects.values()], n)!;
    const input = { projectId: project.id };
    const { reactions } = await engine.call<{ reactions: Reaction[] }>("monitor", "check", input, {
      caller: callerOf(name),
    });
    const sightings = findSightings(board, project, 2 * leaseMs);
    const shown = sightings.map(({ kind, task, session }) => [kind, task.id, session?.id ?? null]);
    expectSame(
      "seen",
      reactions.map(({ kind, taskId, sessionId }) => [kind, taskId, sessionId ?? null]),
      shown,
    );
    react(board, project, sightings);
    for (const [index, { escalationTaskId: id }] of reactions.entries()) {
      const isWanted = project.escalationStrategy === "escalate" && !sightings[index]!.task.isEscalation;
      expectSame("escalated", id !== undefined, isWanted);
      if (id !== undefined)
        addTask(board, {
          id,
          project,
          name: "monitor",
          wanted: investigation,
          waitsFor: new Set(),
        }).isEscalation = true;
    }
  }),
);
