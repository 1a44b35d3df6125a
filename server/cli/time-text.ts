const units = [
  ["d", 86_400],
  ["h", 3_600],
  ["m", 60],
  ["s", 1],
] as const;

/** How long ago, or until when: `3m ago`, `in 2h`. Exact times are in --json. */
export function relativeTime(at: string | null | undefined, now = Date.now()): string {
  if (!at) return "";
  const seconds = Math.round((now - Date.parse(at)) / 1000);
  if (Number.isNaN(seconds)) return "";
  if (Math.abs(seconds) < 2) return "now";
  return seconds > 0 ? `${span(seconds)} ago` : `in ${span(-seconds)}`;
}

/** How long something took, or takes so far: `1m 5s`. */
export function tookTime(from: string | null | undefined, to: string | null | undefined, now = Date.now()): string {
  if (!from) return "";
  const seconds = Math.max(0, Math.round(((to ? Date.parse(to) : now) - Date.parse(from)) / 1000));
  const [big, small] = [span(seconds), span(seconds % unitOf(seconds))];
  return small === "0s" || seconds < 60 ? big : `${big} ${small}`;
}

const unitOf = (seconds: number): number => units.find(([, size]) => seconds >= size)?.[1] ?? 1;

function span(seconds: number): string {
  const [name, size] = units.find(([, one]) => seconds >= one) ?? units[3];
  return `${Math.floor(seconds / size)}${name}`;
}

/** By the clock of whoever looks: `11-28 12:30:27`. */
export function clockTime(at: string): string {
  const time = new Date(at);
  const two = (number: number) => String(number).padStart(2, "0");
  const day = [time.getMonth() + 1, time.getDate()].map(two).join("-");
  return `${day} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(":")}`;
}
