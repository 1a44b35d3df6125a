import { setTimeout as sleep } from "node:timers/promises";
import type { Product } from "../e2e/product.ts";
import { db } from "../lib/db.ts";

const batchSize = 5;

/**
 * People who write cards all the time, one or several in a transaction, and remember what they were told: what was acknowledged has
 * to be there afterwards, what was refused must not be, and what got no answer is there whole or not at all.
 */
export class WrittenCards {
  /** Titles, by what the writer was told. */
  readonly acknowledged: string[][] = [];
  readonly refused: string[][] = [];
  readonly unanswered: string[][] = [];
  /** Answers nobody may get. */
  readonly wrong: string[] = [];
  private written = 0;
  private isOver = false;
  private readonly projectId: string;
  private readonly product: () => Pick<Product, "api">;
  private readonly working: Promise<void>[];

  /** `product`: the one that runs now; it may be started anew meanwhile. */
  constructor(projectId: string, writers: number, product: () => Pick<Product, "api">) {
    this.projectId = projectId;
    this.product = product;
    // In a moment: whoever makes this may not yet be able to say what runs.
    this.working = Array.from({ length: writers }, () => Promise.resolve().then(() => this.write()));
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.working);
  }

  get counts(): { acknowledged: number; refused: number; unanswered: number } {
    const { acknowledged, refused, unanswered } = this;
    return {
      acknowledged: acknowledged.flat().length,
      refused: refused.flat().length,
      unanswered: unanswered.flat().length,
    };
  }

  /** A sentence for everything that is not as the writers were told, once they have stopped. `db()` is on the database. */
  async judge(): Promise<string[]> {
    const rows = await db().task.findMany({ where: { projectId: this.projectId }, select: { title: true } });
    const titles = rows.map(({ title }) => title);
    const present = new Set(titles);
    const ours = [...this.acknowledged, ...this.refused, ...this.unanswered];
    const halves = ours.filter((some) => new Set(some.map((title) => present.has(title))).size > 1);
    return [
      ...this.wrong,
      ...this.lost(present).map((title) => `${title} was acknowledged and is lost`),
      ...this.refused.flat().flatMap((title) => (present.has(title) ? [`${title} was refused and is there`] : [])),
      ...halves.map((some) => `${some} are half there`),
      ...(titles.length === present.size ? [] : [`${titles.length - present.size} cards are there twice`]),
    ];
  }

  private readonly lost = (present: ReadonlySet<string>): string[] =>
    this.acknowledged.flat().filter((title) => !present.has(title));

  private async write(): Promise<void> {
    while (!this.isOver) {
      const first = this.written;
      this.written += 1;
      const titles = first % 3 === 0 ? Array.from({ length: batchSize }, (_, n) => `${first}.${n}`) : [`${first}`];
      await this.writeOne(titles);
    }
  }

  private async writeOne(titles: string[]): Promise<void> {
    const tasks = titles.map((title) => ({ title }));
    const path = `/projects/${this.projectId}/tasks`;
    const { api } = this.product();
    const answer = await (titles.length > 1
      ? api("POST", `${path}/batch`, { tasks })
      : api("POST", path, tasks[0])
    ).catch(() => null);
    // The database may go away while it stores; then it says that nobody knows.
    const isOpen =
      answer === null || (answer.body as { details?: { outcome?: string } }).details?.outcome === "unknown";
    if (isOpen) this.unanswered.push(titles);
    else if (answer.status === 201) this.acknowledged.push(titles);
    else if (answer.status === 503) this.refused.push(titles);
    else this.wrong.push(`a write was answered ${answer.status} ${JSON.stringify(answer.body)}`);
    if (answer?.status !== 201) await sleep(20);
  }
}
