import { newProject } from "../../judge/judged-product.ts";
import type { BenchOptions, Measured } from "../bench.ts";
import { startProductOn } from "../carriers/product-carrier.ts";
import { median, medianOf, takeTurns } from "../rounds.ts";
import { onStage, type Stage } from "../stage.ts";
import { type AtOnce, childrenAtOnce, sessionsAtOnce } from "../start/at-once.ts";

// From the click to the first output of a session, alone and ten at once, by each provider, against bare children of one process that
// run the same command.

export function run({ isSmoke, rounds }: BenchOptions): Promise<Measured[]> {
  const [atOnce, times] = isSmoke ? [2, 1] : [10, 5];
  return onStage(async (stage) => {
    const sides = {
      process: await product(stage, "process", atOnce),
      bwrap: await product(stage, "bwrap", atOnce),
      bare: childrenAtOnce,
    };
    for (const side of Object.values(sides)) await side(1);
    const alone = await takeTurns(
      each(sides, (start) => medianOf(times, async () => median(await start(1)))),
      rounds,
    );
    const last: Record<keyof typeof sides, number[]> = { process: [], bwrap: [], bare: [] };
    const together = await takeTurns(
      each(sides, async (start, name) => {
        const figures = await start(atOnce);
        last[name].push(figures.at(-1)!);
        return median(figures);
      }),
      rounds,
    );
    return (["process", "bwrap"] as const).flatMap((provider) => [
      line(`click → first output, one session by ${provider}`, alone[provider], alone.bare),
      line(`${atOnce} at once by ${provider}, the one in the middle`, together[provider], together.bare),
      line(`${atOnce} at once by ${provider}, the last one`, last[provider], last.bare),
    ]);
  });
}

async function product(stage: Stage, provider: "process" | "bwrap", atOnce: number): Promise<AtOnce> {
  const running = await startProductOn(stage, { RUNBOARD_SANDBOX: provider, TASK_MAX_CONCURRENT: `${atOnce}` });
  return sessionsAtOnce(running, await newProject(running, provider, { maxConcurrentSessions: atOnce }));
}

type Sides = Record<"process" | "bwrap" | "bare", AtOnce>;
const each = (sides: Sides, measure: (start: AtOnce, name: keyof Sides) => Promise<number>) => ({
  process: () => measure(sides.process, "process"),
  bwrap: () => measure(sides.bwrap, "bwrap"),
  bare: () => measure(sides.bare, "bare"),
});

const line = (what: string, ours: readonly number[], theirs: readonly number[]): Measured => ({
  goal: "P13",
  what,
  unit: "ms",
  ours,
  theirs: { name: "bare spawn", values: theirs },
  max: null,
});
