import type { Evidence } from "../evidence.ts";
import { clientViolations } from "./clients.ts";
import { foldJournal } from "./journal.ts";
import { tableViolations } from "./tables.ts";
import { witnessViolations } from "./witness.ts";

/** Every broken promise as a sentence with the facts, the invariant first. None: the run was as it has to be. */
export function judge(evidence: Evidence): string[] {
  const folded = foldJournal(evidence);
  return [
    ...witnessViolations(evidence, folded),
    ...clientViolations(evidence),
    ...folded.violations.map((text) =>
      /: I\d+: /.test(text) ? text.replace(/^(event \d+): (I\d+): /, "$2: $1: ") : `I6: ${text}`,
    ),
    ...tableViolations(evidence, folded),
    ...evidence.leftovers.map((text) => `I10: ${text}`),
    ...evidence.givenUpEarly.map((text) => `I3: ${text}`),
    ...evidence.strangersHurt.map((text) => `I3: ${text}`),
  ];
}
