import { printTable } from "../judge/numbers.ts";
import type { Measured } from "./bench.ts";
import { median } from "./rounds.ts";

export interface Told extends Measured {
  /** The name of the bench. */
  bench: string;
}

const head = ["goal", "what", "Runboard", "the other side", "ratio", "its spread", "goal at most", ""] as const;

/** Medians of the rounds; the spread is the smallest and the largest ratio (or figure) of a round. */
export function printReport(lines: readonly Told[]): void {
  printTable(head, lines.map(cellsOf));
}

/** Null: it has no goal. */
export function isMet({ ours, theirs, max }: Measured): boolean | null {
  return max === null ? null : median(ratios({ ours, theirs })) <= max;
}

function cellsOf(line: Told): string[] {
  const { goal, what, unit, ours, theirs, max } = line;
  const each = ratios(line);
  const met = isMet(line);
  const verdict = met === null ? "" : met ? "met" : "**missed**";
  return [
    goal,
    what,
    `${shown(median(ours))} ${unit}`,
    theirs ? `${theirs.name}: ${shown(median(theirs.values))} ${unit}` : "",
    theirs ? shown(median(each)) : "",
    each.length > 1 ? `${shown(Math.min(...each))} – ${shown(Math.max(...each))}` : "",
    max === null ? "" : theirs ? `${max} ×` : `${max} ${unit}`,
    verdict,
  ];
}

const ratios = ({ ours, theirs }: Pick<Measured, "ours"> & { theirs?: Measured["theirs"] | undefined }): number[] =>
  theirs ? ours.map((own, round) => own / theirs.values[round]!) : [...ours];

/** Three digits that count. */
const shown = (value: number): string =>
  Number.isFinite(value) ? Number(value.toPrecision(3)).toLocaleString("en") : "–";
