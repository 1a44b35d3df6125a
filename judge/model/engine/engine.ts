import { Client } from "pg";
import { owner } from "@/lib/actor.ts";
import type { Call } from "@/lib/invoke.ts";
import type { Claim, Report, SandboxGone } from "@/lib/session/settle.ts";
import { identify } from "@/server/process-identity.ts";
import type { Board } from "../board/board.ts";
import { disagreements } from "./agreement.ts";
import { JournalFold } from "./journal-fold.ts";
import type { Product } from "./product.ts";
import { readTables } from "./tables.ts";
import { setTestClock } from "./test-clock.ts";

/** A report as the engine gets it, and what by the model's rules it should have said. */
export interface Letter {
  actual: Report | SandboxGone;
  expected: Report | SandboxGone;
}

/** The engine on a database of its own: real functions, real operations, a clock that is set. */
export class Engine {
  readonly product: Product;
  /** What was claimed, by the id of the sandbox: what an orchestrator would know of it. */
  readonly claims = new Map<string, Claim>();
  /** All that was ever reported, to be sent again. */
  readonly sent: Letter[] = [];
  /** Boot, pid and start time of this process: a worker that says so is alive. */
  readonly identity: [bootId: string, pid: number, startTime: string];
  private readonly client: Client;
  private fold = new JournalFold();
  private made = 0;

  private constructor(client: Client, product: Product) {
    this.client = client;
    const { bootId, pid, startTime } = identify(process.pid)!;
    this.identity = [bootId, pid, startTime];
    this.product = product;
  }

  /** `url`: a database with the test clock that nothing else uses. The product's own connections go there from then on. */
  static async open(url: string, product: Product): Promise<Engine> {
    const client = new Client({ connectionString: url });
    await client.connect();
    await product.switchDatabase(url);
    return new Engine(client, product);
  }

  async close(): Promise<void> {
    await this.client.end();
    await this.product.db().$disconnect();
  }

  /** Forgets everything that was before. */
  async reset(nowMs: number): Promise<void> {
    await this.client.query(`TRUNCATE "Project", "Stream", "Event", "Worker", "AgentPause", "IdempotencyKey" CASCADE;
      INSERT INTO "Stream" (id) VALUES ('00000000-0000-0000-0000-000000000000'); UPDATE "Config" SET "values" = '{}'`);
    await this.setClock(nowMs);
    this.claims.clear();
    this.sent.length = 0;
    this.fold = new JournalFold();
    this.made = 0;
  }

  setClock(nowMs: number): Promise<void> {
    return setTestClock(this.client, nowMs);
  }

  /** Ids in the order they are asked for, the same in every run. */
  newId(): string {
    this.made += 1;
    return `00000000-0000-7000-8000-${this.made.toString(16).padStart(12, "0")}`;
  }

  /** Whether a connection comes to wait for a lock that another one holds, before `isOver` says that it need not be asked any more. */
  async somebodyWaits(isOver: () => boolean): Promise<boolean> {
    while (!isOver()) {
      const { rowCount } = await this.client.query(
        "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
      );
      if (rowCount !== 0) return true;
    }
    return false;
  }

  /** Until nobody else is in the middle of a statement: PostgreSQL tells of an error before it lets go of the locks. */
  async untilIdle(): Promise<void> {
    let active: number | null = null;
    while (active !== 0)
      ({ rowCount: active } = await this.client.query(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'
          AND pid <> pg_backend_pid() AND state = 'active'`,
      ));
  }

  query(text: string, values: unknown[] = []): Promise<unknown> {
    return this.client.query(text, values);
  }

  /** Calls an operation as every edge does: the catalogue's schema first, then invoke. */
  call<Output>(noun: string, verb: string, input: object, how: Partial<Call> = {}): Promise<Output> {
    type Entries = Record<string, Record<string, { "~orpc": { inputSchema: { parse(input: unknown): unknown } } }>>;
    const { inputSchema } = (this.product.contract as unknown as Entries)[noun]![verb]!["~orpc"];
    return this.product.invoke(noun, verb, inputSchema.parse(input), { caller: owner, ...how }) as Promise<Output>;
  }

  /** A project that nothing is ever cloned from. */
  async createProject(name: string): Promise<string> {
    const facts = {
      ok: true,
      code: null,
      message: null,
      gitDir: "/nowhere",
      defaultBranch: "main",
      branches: ["main"],
      headCommit: null,
      isClean: true,
      isWritable: true,
    };
    const { inJournaledTransaction, createProject } = this.product;
    const project = await inJournaledTransaction((tx) => createProject(tx, { name }, { facts, actor: owner.actor }));
    return project.id;
  }

  /** Throws with a sentence for each thing that is not as it must be. */
  async check(board: Board): Promise<void> {
    const found = await readTables(this.client, this.fold.after);
    const wrong = [...this.fold.take(found, board), ...disagreements(found, board)];
    if (wrong.length > 0) throw new Error(wrong.join("\n"));
  }

  /** Whether the tables are as this board says. */
  async agrees(board: Board): Promise<boolean> {
    return disagreements(await readTables(this.client, this.fold.after), board).length === 0;
  }

  /** The code of a refusal, or null when it was not refused. Anything else that is thrown goes on. */
  async refusalOf(work: Promise<unknown>): Promise<string | null> {
    try {
      await work;
      return null;
    } catch (thrown) {
      if (thrown instanceof this.product.DomainError) return thrown.code;
      throw thrown;
    }
  }
}
