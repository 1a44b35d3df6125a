import type { HeldSession } from "../session/held-session.ts";
import type { Ending } from "../session/verdict.ts";
import type { Digest } from "./digest.ts";
import type { EventReader } from "./event-reader.ts";

/** One agent that is listened to. */
export interface Followed {
  session: HeldSession;
  /** It may go on no longer. */
  onEnding: (ending: Ending) => void;
  reader: EventReader;
  /** What it has told and the database does not know yet. */
  digest: Digest;
  isBehind: boolean;
}
