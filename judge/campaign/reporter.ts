import { randomUUID } from "node:crypto";
import type { Random } from "../random.ts";
import { followWitness, type WitnessLine } from "./witness.ts";

/** A report over HTTP that stands for a witness, and how it was answered. */
export interface SentReport {
  key: string;
  attempt: number;
  kind: "true" | "again" | "other" | "forged" | "late";
  status: number;
  code: string;
  body: string;
}

export interface Reporter {
  reports: SentReport[];
  stop(): Promise<void>;
}

interface ReporterOptions {
  url: string;
  witnessFile: string;
  random: Random;
}

/** Speaks for the witnesses that ask to be reported: once, doubled, with another result, with a wrong token, after the end, or never. */
export function startReporter({ url, witnessFile, random }: ReporterOptions): Reporter {
  const reports: SentReport[] = [];
  const under: Promise<void>[] = [];
  const follow = followWitness(witnessFile);
  const look = () => {
    for (const line of follow()) if (line.word === "report") under.push(speakFor(line));
  };
  const speakFor = async (line: WitnessLine) => {
    const send = async (kind: SentReport["kind"]) => {
      reports.push(await post(url, line, kind));
    };
    if (random.isTrue(0.2)) return;
    await send("forged");
    await new Promise((resolve) => setTimeout(resolve, random.between(0, 300)));
    await Promise.all(random.isTrue(0.5) ? [send("true"), send("again")] : [send("true")]);
    if (random.isTrue(0.5)) await send("other");
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await send("late");
  };
  const timer = setInterval(look, 100);
  return {
    reports,
    stop: async () => {
      clearInterval(timer);
      await Promise.all(under);
    },
  };
}

async function post(url: string, line: WitnessLine, kind: SentReport["kind"]): Promise<SentReport> {
  const [sandboxId, taskId, token] = line.detail.split("/");
  const result = kind === "other" ? { said: "something else" } : { said: line.key };
  const answer = { key: line.key, attempt: line.attempt, kind };
  try {
    const response = await fetch(`${url}/api/v1/sandboxes/${sandboxId}/task-complete`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${kind === "forged" ? randomUUID() : token}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ taskId, success: true, result }),
      signal: AbortSignal.timeout(5000),
    });
    const body = await response.text();
    return { ...answer, status: response.status, code: (JSON.parse(body) as { code?: string }).code ?? "", body };
  } catch {
    return { ...answer, status: 0, code: "", body: "" };
  }
}
