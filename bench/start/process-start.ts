import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "../../e2e/product.ts";
import type { JudgedProduct } from "../../judge/judged-product.ts";
import { call } from "../call.ts";
import { median } from "../rounds.ts";

/** A command that writes down when it began and when it was about to end. */
export interface Stamp {
  spec: { command: string; args: string[] };
  /** Once it has run: ms since 1970, by the clock of this machine. */
  read(): Promise<{ beganMs: number; endedMs: number }>;
}

export function newStamp({ directory }: JudgedProduct): Stamp {
  const file = join(directory, `stamp-${randomUUID()}`);
  return {
    spec: { command: "sh", args: ["-c", `date +%s%N >> ${file}; date +%s%N >> ${file}`] },
    read: async () => {
      const [began, ended] = await eventually(() => stampsIn(file), 60_000);
      return { beganMs: began! / 1e6, endedMs: ended! / 1e6 };
    },
  };
}

async function stampsIn(file: string): Promise<number[] | null> {
  try {
    const lines = readFileSync(file, "utf8").split("\n");
    return lines.length < 3 ? null : lines.slice(0, 2).map(Number);
  } catch {
    return null;
  }
}

/** ms since 1970, to the microsecond. */
export const wallMs = (): number => performance.timeOrigin + performance.now();

/** From the call of the API to the first line of the command. Each is over before the next begins. */
export async function callToProcess(product: JudgedProduct, projectId: string): Promise<number> {
  const { spec, read } = newStamp(product);
  const calledMs = wallMs();
  const started = await call<{ task: { id: string } }>(product, "POST", "/tasks/create-and-start", {
    projectId,
    title: "call to process",
    spec,
  });
  const { beganMs } = await read();
  await completed(product, started.task.id);
  return beganMs - calledMs;
}

/** From the end of a command to the first line of the one that waits for it, with nobody looking on. The median of a chain. */
export async function release(product: JudgedProduct, projectId: string, links: number): Promise<number> {
  const stamps = Array.from({ length: links }, () => newStamp(product));
  const tasks = stamps.map(({ spec }, n) => ({
    ref: `${n}`,
    title: `link ${n}`,
    status: "APPROVED",
    spec,
    ...(n > 0 ? { dependsOn: [`${n - 1}`] } : {}),
  }));
  const made = await call<{ items: { id: string }[] }>(product, "POST", `/projects/${projectId}/tasks/batch`, {
    tasks,
  });
  await switchAutonomous(product, projectId, "on");
  const seen = await Promise.all(stamps.map(({ read }) => read()));
  await completed(product, made.items.at(-1)!.id);
  await switchAutonomous(product, projectId, "off");
  return median(seen.slice(1).map(({ beganMs }, n) => beganMs - seen[n]!.endedMs));
}

export const switchAutonomous = (product: JudgedProduct, projectId: string, to: "on" | "off") =>
  call(product, "PATCH", `/projects/${projectId}/autonomous-execution`, { enabled: to === "on" });

export const completed = (product: JudgedProduct, taskId: string) =>
  eventually(async () => (await call(product, "GET", `/tasks/${taskId}`)).status === "COMPLETED", 60_000);
