import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "../e2e/product.ts";
import type { JudgedProduct } from "./judged-product.ts";

/** A running attempt of a task whose command waits, and the one token that may report its end. */
export interface Attempt {
  taskId: string;
  attempt: number;
  sandboxId: string;
  token: string;
}

/**
 * Queues tasks that write down what their sandbox was given and wait for their end; a draft waits for each. Answers the
 * ids of the tasks, drafts left out.
 */
export async function startWaiting(
  { api, directory }: JudgedProduct,
  projectId: string,
  count: number,
): Promise<string[]> {
  mkdirSync(notesOf(directory), { recursive: true });
  const note = join(notesOf(directory), "$RUNBOARD_TASK_ID.$RUNBOARD_ATTEMPT");
  const line = `echo "$RUNBOARD_SANDBOX_ID $RUNBOARD_SANDBOX_TOKEN" > "${note}.new"; mv "${note}.new" "${note}"; exec sleep 3600`;
  const tasks = Array.from({ length: count }, (_, n) => [
    {
      ref: `w${n}`,
      title: `waits ${n}`,
      status: "APPROVED",
      spec: { command: "sh", args: ["-c", line] },
      timeoutSeconds: 3600,
    },
    { ref: `d${n}`, title: `after ${n}`, dependsOn: [`w${n}`] },
  ]).flat();
  const { body } = await api<{ items: { ref: string; id: string }[] }>("POST", `/projects/${projectId}/tasks/batch`, {
    tasks,
  });
  const ids = body.items.filter(({ ref }) => ref.startsWith("w")).map(({ id }) => id);
  await api("POST", `/projects/${projectId}/processing`);
  return ids;
}

/** Resolves when the command of this attempt runs. */
export function attemptOf({ directory }: JudgedProduct, taskId: string, attempt: number): Promise<Attempt> {
  return eventually(async () => {
    const [sandboxId = "", token = ""] = read(join(notesOf(directory), `${taskId}.${attempt}`))
      .trim()
      .split(" ");
    return token !== "" && { taskId, attempt, sandboxId, token };
  }, 120_000);
}

const notesOf = (directory: string): string => join(directory, "notes");

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
