import { eventually, type Product } from "./product.ts";
import { freshRepository } from "./repository.ts";

export interface ProjectAt {
  id: string;
  key: string;
}

export const newProject = async (product: Product, name: string): Promise<ProjectAt> =>
  (await product.api<ProjectAt>("POST", "/projects", { name, repoPath: freshRepository() })).body;

interface TaskAt {
  id: string;
  key: string;
  status: string;
  waitingSince: string | null;
}

/** An approved task of that project that runs `line`; queued unless said otherwise. */
export async function newTask(
  product: Product,
  project: ProjectAt,
  task: { title: string; line?: string; [field: string]: unknown },
) {
  const { line = "true", ...fields } = task;
  const spec = { command: "sh", args: ["-c", line] };
  const { body } = await product.api<TaskAt>("POST", `/projects/${project.id}/tasks`, {
    status: "APPROVED",
    spec,
    ...fields,
  });
  await product.api("POST", `/tasks/${body.id}/queue`, {});
  return body;
}

/** What is queued stays queued: no session of a command may start. */
export const holdQueue = (product: Product) => setLimits(product, { cli: 0 });
export const openQueue = (product: Product) => setLimits(product, {});

const setLimits = (product: Product, maxConcurrentPerAgentType: object) =>
  product.api("PATCH", "/config", { values: { maxConcurrentPerAgentType } });

export const readTask = async (product: Product, ref: string) =>
  (await product.api<TaskAt>("GET", `/tasks/${ref}`)).body;

/** Waits until a task has waited for longer than a second, by the server's own account of it. */
export const aged = (product: Product, ref: string) =>
  eventually(async () => {
    const { waitingSince } = await readTask(product, ref);
    return waitingSince !== null && Date.now() - Date.parse(waitingSince) > 1500;
  });

/** BUSY, made once: one of everything that the queue and the board can show: running, stalled, escalated, noticed, waiting. */
export async function makeBusyProject(product: Product): Promise<void> {
  if ((await product.api("GET", "/projects/BUSY")).status === 200) return;
  const project = await newProject(product, "Busy");
  const watch = (escalationStrategy: string) =>
    product.api("PATCH", `/projects/${project.id}`, {
      settings: { escalationStrategy, pendingTimeoutSeconds: 1, checkIntervalSeconds: 86_400 },
    });
  const check = () => product.api("POST", `/projects/${project.id}/monitor/check`, {});
  const running = await newTask(product, project, {
    title: "Runs on and on",
    line: "echo begun; sleep 3000",
    timeoutSeconds: 3600,
  });
  await eventually(async () => (await readTask(product, running.id)).status === "RUNNING");
  await holdQueue(product);
  for (const strategy of ["mark_stalled", "escalate"]) {
    await watch(strategy);
    const { id } = await newTask(product, project, { title: `Waits until it is ${strategy}` });
    await aged(product, id);
    await check();
  }
  await watch("log_only");
  await newTask(product, project, {
    title: "Waits for a great machine",
    resources: { cpus: 2, memoryBytes: 2 ** 30 },
    retryPolicy: { baseMs: 1000, retryOn: ["TIMEOUT"] },
  });
}
