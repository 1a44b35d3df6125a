// A process of its own, so that reading a flood of output does not share an event loop with what is measured: reads the board and makes
// cards, one call after the other, until it is told to stop, and says how long each took.
import { setTimeout as sleep } from "node:timers/promises";

export interface People {
  url: string;
  token: string;
  projectId: string;
}

export interface PeopleReport {
  timesMs: number[];
  complaints: string[];
}

const restMs = 25;
const { url, token, projectId }: People = JSON.parse(process.argv[2]!);
const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
const path = `${url}/api/v1/projects/${projectId}/tasks`;
const report: PeopleReport = { timesMs: [], complaints: [] };
let isOver = false;
process.once("message", () => {
  isOver = true;
});
process.once("disconnect", () => process.exit(0));
for (let n = 0; n < 10; n++) await work(n);
report.timesMs = [];
process.send?.("at work");
for (let n = 0; !isOver; n++) await work(n);
process.send?.(report, () => process.exit(0));

async function work(n: number): Promise<void> {
  const began = performance.now();
  const card = { method: "POST", headers, body: JSON.stringify({ title: `made ${n}` }) };
  const answer = await fetch(path, n % 5 === 0 ? card : { headers });
  await answer.arrayBuffer();
  report.timesMs.push(performance.now() - began);
  if (!answer.ok) report.complaints.push(`a call was answered ${answer.status}`);
  await sleep(restMs);
}
