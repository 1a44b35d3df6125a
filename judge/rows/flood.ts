import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { io } from "socket.io-client";
import { eventually } from "../../e2e/product.ts";
import type { LogPart } from "../../lib/live-protocol.ts";
import { type Flood, longLine, numbers, steadyLines, unreadNumbers } from "../flood/floods.ts";
import { type Peaks, peaksWhile } from "../flood/program-memory.ts";
import { startPeople } from "../flood/start-people.ts";
import { type JudgedProduct, newProject, startJudged } from "../judged-product.ts";
import { percentile, printTable } from "../numbers.ts";
import type { RowOptions, RowResult } from "../row.ts";

// Commands that say far more than anybody reads, one after the other, while a page watches each log and people go on working.

const mib = 1024 * 1024;
const grownMaxBytes = 150 * mib;
const slowerMax = 2;

export async function run({ isLong }: RowOptions): Promise<RowResult> {
  const many = isLong ? 111_111_111 : 23_456_789;
  const floods = [
    ...[numbers(many), longLine(isLong ? 100_000_000 : 20_000_000), steadyLines(100_000, isLong ? 60 : 3)],
    // Takes a core, too, and has no log: what of the others' time is the writer's.
    unreadNumbers(4 * many),
  ];
  const product = await startJudged();
  try {
    const projectId = await newProject(product, "flood");
    await product.api("POST", `/projects/${projectId}/tasks/batch`, {
      tasks: Array.from({ length: 100 }, (_, n) => ({ title: `card ${n}` })),
    });
    // What is loaded on demand is loaded before anything is compared.
    await drown(product, projectId, numbers(1000));
    const calm = await atRest(product, projectId, isLong ? 20 : 5);
    const drowned: Drowned[] = [];
    for (const flood of floods) drowned.push(await drown(product, projectId, flood));
    return resultOf(calm, drowned);
  } finally {
    await product.stop();
  }
}

interface Calm extends Peaks {
  timesMs: number[];
}

async function atRest(product: JudgedProduct, projectId: string, seconds: number): Promise<Calm> {
  const people = await startPeople(product, projectId);
  const peaks = await peaksWhile(
    product.process.pid!,
    () => 0,
    () => sleep(seconds * 1000),
  );
  return { ...peaks, timesMs: (await people.end()).timesMs };
}

interface Drowned extends Peaks {
  flood: Flood;
  seconds: number;
  timesMs: number[];
  complaints: string[];
}

async function drown(product: JudgedProduct, projectId: string, flood: Flood): Promise<Drowned> {
  const people = await startPeople(product, projectId);
  const began = performance.now();
  let [sessionId, watched] = ["", ""];
  const peaks = await peaksWhile(
    product.process.pid!,
    () => outputBytes(product),
    async () => {
      sessionId = await start(product, projectId, flood);
      watched = await watchToEnd(product, sessionId);
    },
  );
  const seconds = (performance.now() - began) / 1000;
  const { timesMs, complaints: ofPeople } = await people.end();
  const { body } = await product.api<{ status: string; droppedBytes: number }>("GET", `/sessions/${sessionId}`);
  const complaints = [
    flood.complaintAbout(watched, body.droppedBytes),
    body.status === "SUCCEEDED" ? null : `its session is ${body.status}`,
    watched === (await readLog(product, sessionId)) ? null : "its page and its log differ",
    existsSync(join(sessionsOf(product), sessionId)) ? "its directory is left" : null,
  ];
  const said = complaints.filter((complaint) => complaint !== null).map((complaint) => `${flood.name}: ${complaint}`);
  return { flood, seconds, timesMs, ...peaks, complaints: [...said, ...ofPeople] };
}

async function start(product: JudgedProduct, projectId: string, { name, script }: Flood): Promise<string> {
  const { body } = await product.api<{ task: { id: string } }>("POST", "/tasks/create-and-start", {
    ...{ projectId, title: name, spec: { command: "sh", args: ["-c", script] }, timeoutSeconds: 3600 },
  });
  const path = `/sessions?taskId=${body.task.id}`;
  const session = await eventually(
    async () => (await product.api<{ items: { id: string }[] }>("GET", path)).body.items[0],
  );
  return session.id;
}

/** As a page does: everything the socket sends, until it says that it is over. */
function watchToEnd({ url, token }: JudgedProduct, sessionId: string): Promise<string> {
  const socket = io(url, { auth: { token }, transports: ["websocket"], forceNew: true });
  const parts: string[] = [];
  let offset = 0;
  socket.on("connect", () => socket.emit("watchLog", { sessionId, after: offset }));
  return new Promise<string>((resolve) => {
    socket.on("log", (part: LogPart) => {
      parts.push(part.text);
      offset = part.nextOffset;
      if (part.isComplete) resolve(parts.join(""));
    });
  }).finally(() => socket.disconnect());
}

async function readLog({ api }: JudgedProduct, sessionId: string): Promise<string> {
  let text = "";
  for (let after = 0; ; ) {
    const { body } = await api<{ items: { text: string }[]; nextOffset: number; isComplete: boolean }>(
      "GET",
      `/sessions/${sessionId}/logs?after=${after}`,
    );
    text += body.items.map((item) => item.text).join("");
    after = body.nextOffset;
    if (body.isComplete) return text;
  }
}

const sessionsOf = ({ directory }: JudgedProduct): string => join(directory, "home", "sessions");

/** On the disk, not as long as they say they are. */
function outputBytes(product: JudgedProduct): number {
  let bytes = 0;
  for (const id of namesIn(sessionsOf(product)))
    for (const name of namesIn(join(sessionsOf(product), id)).filter((name) => name.startsWith("output.log")))
      bytes += (statSync(join(sessionsOf(product), id, name), { throwIfNoEntry: false })?.blocks ?? 0) * 512;
  return bytes;
}

const namesIn = (directory: string): string[] => {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
};

function resultOf(calm: Calm, drowned: readonly Drowned[]): RowResult {
  const calmP95 = percentile(calm.timesMs, 0.95);
  const mibOf = (bytes: number) => (bytes / mib).toFixed(0);
  printTable(
    ["what was written", "s", "memory grew by, MiB", "output on the disk at most, MiB", "calls", "p50, ms", "p95, ms"],
    [
      ["nothing", "", 0, 0, calm.timesMs.length, percentile(calm.timesMs, 0.5).toFixed(0), calmP95.toFixed(0)],
      ...drowned.map(({ flood, seconds, residentBytes, outputBytes, timesMs }) => [
        ...[
          flood.name,
          seconds.toFixed(1),
          mibOf(residentBytes - calm.residentBytes),
          mibOf(outputBytes),
          timesMs.length,
        ],
        ...[percentile(timesMs, 0.5).toFixed(0), percentile(timesMs, 0.95).toFixed(0)],
      ]),
    ],
  );
  const worst = drowned.toSorted((a, b) => b.residentBytes - a.residentBytes)[0]!;
  for (const [name, bytes] of Object.entries(worst.resident))
    console.log(`${name}: ${mibOf(calm.resident[name]!)} MiB at rest, ${mibOf(bytes)} MiB with ${worst.flood.name}`);
  const complaints = drowned.flatMap((one) => one.complaints);
  for (const complaint of complaints) console.log(`WRONG: ${complaint}`);
  const grownBytes = Math.max(...drowned.map(({ residentBytes }) => residentBytes)) - calm.residentBytes;
  const slowerBy = drowned.map(({ timesMs }) => percentile(timesMs, 0.95) / calmP95);
  const [slower, unread] = [Math.max(...slowerBy.slice(0, -1)), slowerBy.at(-1)!];
  const diskBytes = Math.max(...drowned.map(({ outputBytes }) => outputBytes));
  return {
    goal: "1 GB of output, a 100 MB line, 10⁵ lines/s: server RSS + ≤ 150 MB, log capped with a marker, API p95 ≤ 2 × baseline",
    measured: `${drowned.map(({ flood }) => flood.name).join(", ")}: server RSS + ${mibOf(grownBytes)} MiB, output on the disk at most ${mibOf(diskBytes)} MiB, logs ${complaints.length === 0 ? "capped, with marker and end" : "WRONG"}, API p95 ${slower.toFixed(1)} × ${calmP95.toFixed(0)} ms (${unread.toFixed(1)} × beside the same program that writes to nowhere)`,
    isMet: grownBytes <= grownMaxBytes && slower <= slowerMax && complaints.length === 0,
    isCorrect: complaints.length === 0,
  };
}
