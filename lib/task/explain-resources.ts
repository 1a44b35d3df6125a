import type { Reason } from "@/lib/task/schema.ts";

/** What a session asks for; cpus in cores. What is absent is not asked for. */
export interface ResourcesAsked {
  cpus?: number;
  memoryBytes?: number;
  diskBytes?: number;
}

/** What one live orchestrator has (null: not known, so no limit) and has given out; the claim's own numbers. */
export interface OrchestratorRoom extends Record<keyof ResourcesAsked, number | null> {
  pausedReason: string | null;
  used: Required<ResourcesAsked>;
}

const names = { cpus: "CPU", memoryBytes: "memory", diskBytes: "disk" } as const;

/** Why an orchestrator claims nothing, in words: on cards and in the readiness answer. */
export const pauseWords = (reason: string | null): string => pauses[reason ?? ""] ?? "The orchestrator pauses.";

const pauses: Record<string, string> = {
  STOPPING: "The orchestrator is stopping: it waits for running tasks and starts nothing new.",
  DISK: "The disk is almost full: nothing new starts until there is space again.",
  INVARIANT:
    "Something that must never happen was found: nothing new starts until the orchestrator has been restarted. Its log says what.",
};

/** Why no orchestrator takes a task for want of a resource. */
export function resourceReasons(asked: ResourcesAsked, rooms: readonly OrchestratorRoom[]): Reason[] {
  const open = rooms.filter(({ pausedReason }) => pausedReason === null);
  if (rooms.length > 0 && open.length === 0) {
    const [{ pausedReason }] = rooms as [OrchestratorRoom];
    return [{ code: "RESOURCE", message: pauseWords(pausedReason) }];
  }
  if (open.length === 0 || open.some((room) => missingIn(room, asked) === null)) return [];
  const possible = open.filter((room) =>
    keysOf(asked).every((key) => asked[key]! <= (room[key] ?? Number.POSITIVE_INFINITY)),
  );
  return [{ code: "RESOURCE", message: possible.length > 0 ? shortage(possible[0]!, asked) : tooMuch(open, asked) }];
}

const keysOf = (asked: ResourcesAsked) => Object.keys(names).filter((key) => key in asked) as (keyof ResourcesAsked)[];

/** The first resource that does not fit beside what is given out. */
function missingIn(room: OrchestratorRoom, asked: ResourcesAsked): keyof ResourcesAsked | null {
  return keysOf(asked).find((key) => room.used[key] + asked[key]! > (room[key] ?? Number.POSITIVE_INFINITY)) ?? null;
}

function shortage(room: OrchestratorRoom, asked: ResourcesAsked): string {
  const key = missingIn(room, asked)!;
  return `Waits for ${names[key]}: ${amount(key, room.used[key])} of ${amount(key, room[key]!)} are given out, it asks for ${amount(key, asked[key]!)}.`;
}

function tooMuch(rooms: readonly OrchestratorRoom[], asked: ResourcesAsked): string {
  const biggest = (key: keyof ResourcesAsked) =>
    Math.max(...rooms.map((room) => room[key] ?? Number.POSITIVE_INFINITY));
  const key = keysOf(asked).find((one) => asked[one]! > biggest(one)) ?? keysOf(asked)[0]!;
  return `Asks for ${amount(key, asked[key]!)} of ${names[key]}; no orchestrator has more than ${amount(key, biggest(key))}.`;
}

const gib = 1024 ** 3;
const amount = (key: keyof ResourcesAsked, value: number): string =>
  key === "cpus"
    ? `${value} cores`
    : value >= gib
      ? `${(value / gib).toFixed(1)} GiB`
      : `${Math.round(value / 1024 ** 2)} MiB`;
