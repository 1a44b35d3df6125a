import { isDeepStrictEqual } from "node:util";
import { append } from "../../../lib/task/append.ts";
import type { Call } from "../client.ts";
import type { Evidence } from "../evidence.ts";
import { reached } from "../heard.ts";

/** I5, I7 and I9 by what clients were told. */
export function clientViolations(evidence: Evidence): string[] {
  return [
    ...wrongMoves(evidence),
    ...wrongCreations(evidence),
    ...wrongTexts(evidence),
    ...wrongEdges(evidence),
    ...serverErrors(evidence),
    ...wrongReports(evidence),
    ...evidence.listeners.flatMap((listener) => wrongListener(listener, evidence)),
  ];
}

const verbOfEvent: Record<string, string> = {
  cancel: "cancel",
  reopen: "reopen",
  complete: "complete",
  retry: "queue",
};

/** What a call asked for that its event tells: as many events as acknowledged calls, at most the unanswered ones more. */
function wrongMoves({ calls, events }: Evidence): string[] {
  const told = new Map<string, number>();
  const count = (name: string) => told.set(name, (told.get(name) ?? 0) + 1);
  for (const event of events) {
    if (event.type === "TASK_UPDATED") count(`edit ${event.entityId}`);
    if (event.type === "TASK_STATUS_CHANGED" && event.actor?.type === "person")
      count(`${event.payload.verb} ${event.entityId}`);
  }
  const asked = new Map<string, Call[]>();
  for (const call of calls) {
    const verb = call.verb === "edit" ? "edit" : verbOfEvent[call.verb];
    if (verb) append(asked, `${verb} ${call.subject}`, call);
  }
  for (const name of told.keys())
    if (/^(edit|cancel|reopen|complete|queue) /.test(name) && !asked.has(name)) asked.set(name, []);
  return [...asked].flatMap(([name, some]) => {
    const acknowledged = some.filter(({ outcome }) => outcome === "acknowledged").length;
    const unknown = some.filter(({ outcome }) => outcome === "unknown").length;
    const happened = told.get(name) ?? 0;
    if (happened >= acknowledged && happened <= acknowledged + unknown) return [];
    return [`I9: ${name}: ${acknowledged} acknowledged and ${unknown} unanswered calls, ${happened} events`];
  });
}

/** Asked again with the same key it is made once, whatever the answers before. */
function wrongCreations({ calls, cards }: Evidence): string[] {
  const asked = new Map<string, Call["outcome"][]>();
  for (const { verb, subject, outcome } of calls) if (verb === "create") append(asked, subject, outcome);
  return [...asked].flatMap(([subject, outcomes]) => {
    const made = cards.filter(({ title }) => title === subject).length;
    const low = outcomes.includes("acknowledged") ? 1 : 0;
    const high = outcomes.some((outcome) => outcome !== "refused") ? 1 : 0;
    if (made >= low && made <= high) return [];
    return [`I9: creating ${subject} was ${outcomes.join(", then ")}, there are ${made} such tasks`];
  });
}

/** One client alone writes descriptions: the last acknowledged one stands, or one that was asked later without an answer. */
function wrongTexts({ calls, cards }: Evidence): string[] {
  const edits = new Map<string, Call[]>();
  for (const call of calls) if (call.verb === "edit") append(edits, call.subject, call);
  return [...edits].flatMap(([id, some]) => {
    const possible = lastValues(some, "");
    const found = cards.find((card) => card.id === id)?.description ?? "(no such task)";
    return possible.includes(found)
      ? []
      : [`I9: the description of ${id} is "${found}", possible is ${possible.map((text) => `"${text}"`).join(", ")}`];
  });
}

function wrongEdges({ calls, edges, tasks, created }: Evidence): string[] {
  const idOf = new Map(tasks.map(({ ref, id }) => [ref, id]));
  const first = new Set([
    ...tasks.flatMap(({ id, dependsOn }) => dependsOn.map((ref) => `${id} ${idOf.get(ref)}`)),
    ...created.flatMap(([title, dependsOn]) => dependsOn.map((id) => `${title} ${id}`)),
  ]);
  const now = new Set(edges.map(({ taskId, dependsOnId }) => `${taskId} ${dependsOnId}`));
  const asked = new Map<string, Call[]>();
  for (const call of calls)
    if (call.verb === "depend" || call.verb === "release")
      append(asked, call.subject, { ...call, value: call.verb === "depend" ? "there" : "not there" });
  return [...asked].flatMap(([edge, some]) => {
    const possible = lastValues(some, first.has(edge) ? "there" : "not there");
    const found = now.has(edge) ? "there" : "not there";
    return possible.includes(found)
      ? []
      : [`I9: the dependency ${edge} is ${found}, by its answers it is ${possible.join(" or ")}`];
  });
}

/** What can stand after one client's writes in their order. */
function lastValues(calls: readonly Call[], first: string): string[] {
  let possible = [first];
  for (const { outcome, value } of calls) {
    if (outcome === "acknowledged") possible = [value];
    else if (outcome === "unknown") possible = [...possible, value];
  }
  return possible;
}

const serverErrors = ({ calls, reports }: Evidence): string[] => [
  ...calls
    .filter(({ status }) => status === 500)
    .map(({ verb, subject }) => `I9: ${verb} ${subject} was answered with 500`),
  ...reports
    .filter(({ status }) => status === 500)
    .map(({ key, kind }) => `I5: a report (${kind}) of ${key} was answered with 500`),
];

/** I5: one result an attempt; the same report the same answer; a stranger none. */
function wrongReports({ reports, sessions, cards }: Evidence): string[] {
  const byAttempt = new Map<string, Evidence["reports"]>();
  for (const report of reports) append(byAttempt, `${report.key} ${report.attempt}`, report);
  const keyOf = new Map(cards.map(({ id, key }) => [id, key]));
  const statusOf = new Map(sessions.map(({ taskId, attempt, status }) => [`${keyOf.get(taskId)} ${attempt}`, status]));
  return [...byAttempt].flatMap(([name, some]) => {
    const accepted = some.filter(({ status }) => status === 200);
    const isOther = (kind: string) => kind === "other";
    const forged = accepted.filter(({ kind }) => kind === "forged");
    const results = new Set(accepted.map(({ kind }) => isOther(kind)));
    const bodies = new Set(accepted.map(({ body }) => body));
    return [
      ...(forged.length > 0 ? [`I5: ${name}: a report with a wrong token was accepted`] : []),
      ...(results.size > 1 ? [`I5: ${name}: two different results were accepted`] : []),
      ...(bodies.size > 1
        ? [`I5: ${name}: the same report was answered differently: ${[...bodies].join(" and ")}`]
        : []),
      ...(accepted.length > 0 && statusOf.get(name) !== "SUCCEEDED"
        ? [`I9: ${name}: its report was accepted, its session is ${statusOf.get(name)}`]
        : []),
    ];
  });
}

/** So far behind the journal a listener is told to load everything again, and no nearer. */
const replayed = 10_000;

/** I7: dense from the first to the last, each as the journal has it, and begun anew only from far behind. */
function wrongListener({ name, heard }: Evidence["listeners"][number], { events }: Evidence): string[] {
  for (const [index, { from, events: received }] of heard.entries()) {
    const before = heard[index - 1];
    const had = before === undefined ? Number.NEGATIVE_INFINITY : reached(before);
    if (from - had <= replayed)
      return [`I7: ${name} was told at event ${had} to load everything again, with the journal at ${from}`];
    const gap = received.findIndex(({ seq }, at) => seq !== from + at + 1);
    if (gap >= 0)
      return [
        `I7: ${name} received event ${received[gap]!.seq} as its ${from + gap + 1}th, after ${received[gap - 1]?.seq ?? from}`,
      ];
    const other = received.findIndex((event, at) => !isDeepStrictEqual(event, events[from + at]));
    if (other >= 0)
      return [
        `I7: ${name} received event ${from + other + 1} as ${JSON.stringify(received[other])}, the journal has ${JSON.stringify(events[from + other])}`,
      ];
  }
  const last = reached(heard.at(-1)!);
  return last === events.length ? [] : [`I7: ${name} has received ${last} events, the journal has ${events.length}`];
}
