import type { Limits } from "@/lib/rule/schema.ts";

type Origin = Limits["accepts"][number];

export const originChoices: readonly { value: Origin; label: string; note: string }[] = [
  { value: "outside", label: "From outside", note: "People, other programs: everything that is no task's result." },
  { value: "tasks", label: "From other tasks", note: "What people's tasks and those of other rules have done." },
  {
    value: "itself",
    label: "From its own tasks",
    note: "The rule answers itself, and only the length of the chain ends it.",
  },
];

const originWords: Record<Origin, string> = { outside: "outside", tasks: "other tasks", itself: "its own tasks" };
const and = new Intl.ListFormat("en", { type: "conjunction" });

/** The limits of a rule in a line. The numbers may be as they are typed. */
export function limitWords(limits: {
  maxDepth: number | string;
  maxPerHour: number | string;
  accepts: readonly Origin[];
  oneAtATime: boolean;
}): string {
  const { maxDepth, maxPerHour, accepts, oneAtATime } = limits;
  const from = accepts.length === 0 ? "from nowhere" : `from ${and.format(accepts.map((one) => originWords[one]))}`;
  return [
    `chains of ${maxDepth}`,
    `${maxPerHour} an hour`,
    from,
    oneAtATime ? "one at a time for a document" : "several at a time for a document",
  ].join(", ");
}
