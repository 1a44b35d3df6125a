import fc from "fast-check";
import { editableGraphStatuses } from "@/lib/task/machine.ts";
import { type Board, pick, reaches, type Task } from "../board/board.ts";
import { keepWaitingSince, moveTask } from "../board/move.ts";
import { type Command, command } from "./command.ts";
import { anyone, ask, hasTasks, person, tasksOf } from "./people.ts";

export const addEdge: fc.Arbitrary<Command> = fc.tuple(anyone, anyone, person).map(([from, to, name]) =>
  command(
    `${name}: ${from} waits for ${to}`,
    async (board, engine) => {
      const [task, other] = [pick(tasksOf(board), from)!, pick(tasksOf(board), to)!];
      const isKnown = task.waitsFor.has(other.id);
      const input = { taskId: task.id, dependsOnId: other.id };
      if (!(await ask(engine, { name, verb: "addDependency", input }, refusalOfEdge(board, task, other))) || isKnown)
        return;
      task.waitsFor.add(other.id);
      keepWaitingSince(board, task);
      if (other.status !== "COMPLETED" && task.status === "QUEUED" && !task.isForced) moveTask(board, task, "unqueue");
    },
    hasTasks,
  ),
);

export function refusalOfEdge(board: Board, task: Task, other: Task): string | null {
  if (task.projectId !== other.projectId) return "DEPENDENCY_OTHER_PROJECT";
  if (task.waitsFor.has(other.id)) return null;
  if (!(editableGraphStatuses as readonly string[]).includes(task.status)) return "ILLEGAL_TRANSITION";
  return reaches(board, other.id, task.id) ? "DEPENDENCY_CYCLE" : null;
}

export const removeEdge = fc.tuple(anyone, anyone, person).map(([from, to, name]) =>
  command(
    `${name}: ${from} no longer waits for ${to}`,
    async (board, engine) => {
      const task =
        pick(
          tasksOf(board).filter(({ waitsFor }) => waitsFor.size > 0),
          from,
        ) ?? pick(tasksOf(board), from)!;
      const dependsOnId = pick([...task.waitsFor], to) ?? pick(tasksOf(board), to)!.id;
      await ask(engine, { name, verb: "removeDependency", input: { taskId: task.id, dependsOnId } }, null);
      task.waitsFor.delete(dependsOnId);
      keepWaitingSince(board, task);
    },
    hasTasks,
  ),
);

export const remove = fc.tuple(anyone, person).map(([n, name]) =>
  command(
    `${name}: delete ${n}`,
    async (board, engine) => {
      const task = pick(tasksOf(board), n)!;
      const code = refusalToDelete(board, task);
      if (!(await ask(engine, { name, verb: "delete", input: { taskId: task.id } }, code))) return;
      board.tasks.delete(task.id);
      for (const other of board.tasks.values()) other.waitsFor.delete(task.id);
      for (const session of [...board.sessions.values()])
        if (session.taskId === task.id) board.sessions.delete(session.sandboxId);
    },
    hasTasks,
  ),
);

function refusalToDelete(board: Board, task: Task): string | null {
  const isThere = [...board.sessions.values()].some(({ taskId, isPresent }) => taskId === task.id && isPresent);
  if (task.status === "RUNNING" || task.status === "VALIDATING" || isThere) return "ILLEGAL_TRANSITION";
  const waiting = tasksOf(board).filter(
    (other) => other.waitsFor.has(task.id) && other.status !== "COMPLETED" && other.status !== "CANCELLED",
  );
  return waiting.length > 0 && task.status !== "COMPLETED" ? "TASK_HAS_DEPENDENTS" : null;
}
