import { readdirSync, readFileSync } from "node:fs";

/**
 * Ways in which processes get away from who started them, for what tests that they do not. Counted by a word in their
 * arguments, and not by any sign of ours.
 */

/** What the ways below start, as shell scripts in the current directory. */
const programs = {
  stay: "while :; do sleep 20; done",
  stubborn: "trap '' TERM HUP INT; while :; do sleep 20; done",
  stopped: "kill -STOP $$",
  chain: 'exec env A=1 sh -c "exec setsid sh ./stay $1"',
  many: 'n=0; while [ $n -lt 200 ]; do n=$((n + 1)); ./stay "$1" & done; wait',
  // Forks without end, and from many places; ends by itself should nothing else end it.
  storm: 'end=$(($(date +%s) + 15)); while [ $(date +%s) -lt $end ]; do (./stay "$1" &); ./stay "$1" & done',
};

/** Each line starts processes with `$T` as an argument. */
export const waysOut = {
  "double fork": "( (./stay $T &) & )",
  setsid: "setsid ./stay $T &",
  "empty environment": "env -i /bin/sh ./stay $T &",
  "redirected output": "./stay $T < /dev/null > /dev/null 2>&1 &",
  "ignored signals": "./stubborn $T & (./stubborn $T &)",
  "held pipes": "( ./stay $T | ./stay $T | ./stay $T ) &",
  "chain of exec": "./chain $T &",
  "stopped process": "./stopped $T &",
  "every sign shed": "(setsid env -i /bin/sh ./stubborn $T < /dev/null > /dev/null 2>&1 &)",
};
export type WayOut = keyof typeof waysOut;

export const crowds = { "200 children": "./many $T &", "fork storm": "./storm $T &" };

/** A shell script that takes these ways and then goes on; what it starts is found again by the word. It writes into its directory. */
export function wayOutScript(word: string, ways: Record<string, string>, andThen: string): string {
  const files = Object.entries(programs).map(
    ([name, script]) => `cat > ${name} <<'END'\n#!/bin/sh\n${script}\nEND\nchmod +x ${name}`,
  );
  const lines = Object.entries(ways).map(([way, line]) => `T='${word}${way.replaceAll(" ", "_")}'; ${line}`);
  return [...files, ...lines, andThen].join("\n");
}

/** The pids of living processes with an argument that begins with the word, by the way that follows it. */
export function livingByWay(word: string): Map<string, number[]> {
  const found = new Map<string, number[]>();
  for (const pid of readdirSync("/proc").map(Number).filter(Number.isInteger)) {
    const argument = textOf(`/proc/${pid}/cmdline`)
      .split("\0")
      .find((one) => one.startsWith(word));
    if (argument === undefined || !isThere(pid)) continue;
    const way = argument.slice(word.length).replaceAll("_", " ");
    found.set(way, [...(found.get(way) ?? []), pid]);
  }
  return found;
}

/** A zombie has ended. */
export const isThere = (pid: number): boolean => /\) [^ZX] /.test(textOf(`/proc/${pid}/stat`));

function textOf(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
