import { closeSync, fstatSync, openSync, readFileSync, readSync, writeFileSync } from "node:fs";

/** What a witness says, in the order of the file: one line is one write at its end, so the order is the true one. */
export interface WitnessLine {
  word: "start" | "tick" | "saw" | "missing" | "report" | "fail" | "end";
  key: string;
  attempt: number;
  pid: number;
  /** Since boot. */
  uptimeSeconds: number;
  /** saw, missing: the ref of the dependency whose file was looked for. report: sandbox/task/token. */
  detail: string;
}

export type WitnessMode = "instant" | "work" | "flaky" | "fail" | "detach" | "print" | "write" | "stubborn" | "report";

/**
 * `witness.sh <file> <ref> <mode> <n> [refs of dependencies that write a file …]`. n is what the mode needs: ticks of 100 ms,
 * failures, lines. Nothing here is told to the system: the file lies outside of it. Written for any sh; builtins where they do.
 * "print" closes the shell's own mouth: of a sleep that a fault killed it would say "Killed".
 */
const script = `file=$1 ref=$2 mode=$3 n=$4
shift 4
say() {
  read -r up rest < /proc/uptime
  echo "$1 $RUNBOARD_TASK_KEY $RUNBOARD_ATTEMPT $$ $up $2" >> "$file"
}
work() {
  i=0
  while [ "$i" -lt "$1" ]; do sleep 0.1; say tick; i=$((i + 1)); done
}
if [ "$mode" = child ]; then
  [ "$ref" = deaf ] && trap '' TERM
  work "$n"
  exit 0
fi
say start
for dependency; do
  if [ -e "$dependency.txt" ]; then say saw "$dependency"; else say missing "$dependency"; fi
done
case $mode in
  work) work "$n" ;;
  flaky)
    failed=0
    if [ -e "$file.$ref" ]; then while read -r rest; do failed=$((failed + 1)); done < "$file.$ref"; fi
    if [ "$failed" -lt "$n" ]; then echo x >> "$file.$ref"; say fail; exit 1; fi ;;
  fail) say fail; exit 1 ;;
  detach)
    ( setsid sh "$0" "$file" deaf child 100 & )
    ( sh "$0" "$file" mild child 100 & )
    if [ "$n" -gt 0 ] && [ ! -e "$file.$ref" ]; then echo x >> "$file.$ref"; work 1; say fail; exit 1; fi
    work 1 ;;
  print)
    exec 2> /dev/null
    i=0
    while [ "$i" -lt "$n" ]; do i=$((i + 1)); echo "line $i"; [ $((i % 20)) -eq 0 ] && sleep 0.05; done ;;
  write) echo "$ref" > "$ref.txt" ;;
  stubborn) trap '' TERM; work "$n" ;;
  report)
    echo "$ref" > "$ref.txt"
    say report "$RUNBOARD_SANDBOX_ID/$RUNBOARD_TASK_ID/$RUNBOARD_SANDBOX_TOKEN"; work "$n" ;;
esac
say end
`;

export function installWitness(path: string): void {
  writeFileSync(path, script);
}

export function printedBy(lines: number): string {
  return Array.from({ length: lines }, (_, index) => `line ${index + 1}\n`).join("");
}

export function readWitness(path: string): WitnessLine[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return [];
  }
  return text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .filter(Boolean)
    .map(parseLine);
}

export function parseLine(line: string): WitnessLine {
  const [word, key, attempt, pid, uptime, detail = ""] = line.split(" ");
  return {
    word: word as WitnessLine["word"],
    key: key!,
    attempt: Number(attempt),
    pid: Number(pid),
    uptimeSeconds: Number(uptime),
    detail,
  };
}

/** Reads on from where it had got to: for whoever looks again and again. */
export function followWitness(path: string): () => WitnessLine[] {
  let offset = 0;
  return () => {
    let fd: number;
    try {
      fd = openSync(path, "r");
    } catch {
      return [];
    }
    try {
      const bytes = Buffer.alloc(Math.max(0, fstatSync(fd).size - offset));
      const read = readSync(fd, bytes, 0, bytes.length, offset);
      const text = bytes.subarray(0, read).toString("utf8");
      const whole = text.slice(0, text.lastIndexOf("\n") + 1);
      offset += Buffer.byteLength(whole);
      return whole.split("\n").filter(Boolean).map(parseLine);
    } finally {
      closeSync(fd);
    }
  };
}
