import type { JournalEvent } from "../../lib/events.ts";
import type { BoardTask } from "./board.ts";
import type { Call } from "./client.ts";
import type { Heard } from "./heard.ts";
import type { SentReport } from "./reporter.ts";
import type { WitnessLine } from "./witness.ts";

/** Everything the oracle looks at. Plain data: what it finds can be found again from the files a run leaves. */
export interface Evidence {
  /** What the client asked to be made. */
  tasks: BoardTask[];
  /** Made by people meanwhile: title → ids it waits for. */
  created: [title: string, dependsOn: string[]][];
  limits: number[];
  /** Slots of all orchestrators together. */
  slots: number;
  witness: WitnessLine[];
  calls: Call[];
  reports: SentReport[];
  listeners: { name: string; heard: Heard[]; connects: number }[];
  /** In the order of the file: the journal as the API gives it. */
  events: JournalEvent[];
  cards: Card[];
  edges: { taskId: string; dependsOnId: string }[];
  sessions: SessionView[];
  finalLimit: number;
  /** Output of sessions that printed, by session id. */
  logs: Record<string, string>;
  /** ref → commit, of the project's repository. */
  refs: Record<string, string>;
  planted: [ref: string, commit: string][];
  stuck: string[];
  /** What is left of a run after its drain, and after the product was stopped. */
  leftovers: string[];
  /** Sessions that were given up while their lease held. */
  givenUpEarly: string[];
  /** Strangers the system ended. */
  strangersHurt: string[];
}

export interface Card {
  id: string;
  key: string;
  title: string;
  description: string;
  status: string;
  attempts: number;
  generation: number;
  version: number;
  resultCommit: string | null;
  dependsOn: string[];
}

export interface SessionView {
  id: string;
  taskId: string;
  attempt: number;
  status: string;
  branch: string;
  resultCommit: string | null;
  reason: string | null;
  message: string | null;
}
