import { newProject } from "../../judge/judged-product.ts";
import { percentile } from "../../judge/numbers.ts";
import type { BenchOptions, Measured } from "../bench.ts";
import { fillBoard } from "../cards/fill-board.ts";
import { withProduct } from "../carriers/product-carrier.ts";
import type { Answers, Requests } from "../load/requests.ts";
import { startProgram } from "../program.ts";
import { takeTurns } from "../rounds.ts";

// What a browser reads, against an empty route of the same server at the same rate.

const full = { cards: 1000, ratePerSecond: 10, seconds: 10 };
const smoke = { cards: 20, ratePerSecond: 20, seconds: 0.5 };

export async function run({ isSmoke, rounds }: BenchOptions): Promise<Measured[]> {
  const { cards, ...rate } = isSmoke ? smoke : full;
  return withProduct(async (product) => {
    const projectId = await newProject(product, "reads");
    const ids = await fillBoard(product, projectId, cards);
    const program = await startProgram("load/requests.ts", { url: product.url, token: product.token });
    const p95 = (...paths: string[]) => {
      const requests: Requests = { paths, ...rate };
      return async () => {
        const { tookMs, failed } = await program.ask<Answers>(requests);
        if (failed > 0)
          throw new Error(`${failed} of ${tookMs.length + failed} reads of ${paths[0]} were not answered.`);
        return percentile(tookMs, 0.95);
      };
    };
    const sides = {
      empty: p95("/api/health/live"),
      board: p95(`/api/v1/projects/${projectId}/tasks?status=APPROVED&sort=position&limit=100`),
      task: p95(...ids.slice(0, 100).map((id) => `/api/v1/tasks/${id}`)),
    };
    for (const warmUp of Object.values(sides)) await warmUp();
    const figures = await takeTurns(sides, rounds);
    await program.end();
    const line = (what: string, ours: readonly number[]): Measured => ({
      goal: "P9",
      what: `${what}, ${rate.ratePerSecond} a second, p95`,
      unit: "ms",
      ours,
      theirs: { name: "an empty route", values: figures.empty },
      max: 3,
    });
    return [line("a page of the board: 100 cards", figures.board), line("one task", figures.task)];
  });
}
