import type { JudgedProduct } from "../../judge/judged-product.ts";
import { call } from "../call.ts";

/** Few enough that a slow machine does it within the time a transaction has. */
const batchMax = 1000;

/** Approved cards that do nothing when run, through the API. Answers their ids. */
export async function fillBoard(product: JudgedProduct, projectId: string, cards: number): Promise<string[]> {
  const ids: string[] = [];
  for (let made = 0; made < cards; made += batchMax) {
    const tasks = cardsOf(Math.min(batchMax, cards - made), made);
    const path = `/projects/${projectId}/tasks/batch`;
    ids.push(...(await call<{ items: { id: string }[] }>(product, "POST", path, { tasks })).items.map(({ id }) => id));
  }
  return ids;
}

export const cardsOf = (count: number, from = 0) =>
  Array.from({ length: count }, (_, n) => ({
    title: `Card ${from + n + 1} of many`,
    status: "APPROVED",
    spec: { command: "true" },
  }));
