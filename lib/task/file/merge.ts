import { type FileField, type FileFields, fileFieldNames, isSame, isSet } from "@/lib/task/file/fields.ts";

type Fields = Partial<FileFields>;

/** A field that both sides changed, each to something else. The card's stays in force; the file keeps its own until a person chose. */
export interface Disagreement {
  field: FileField;
  file: unknown;
  card: unknown;
}

/** What a merge of three versions comes to. */
export interface Merge {
  /** What the card takes from the file. */
  take: Fields;
  /** What the file takes from the card. */
  write: Fields;
  conflicts: Disagreement[];
}

interface Sides {
  /** What both said when they last agreed; a field that is missing has never been agreed on. */
  base: Fields;
  /** A field that is missing says nothing: the card's stands. */
  file: Fields;
  card: FileFields;
}

/** Merges field by field. Nothing that only one side says is lost, and nothing that both say differently is decided. */
export function merge({ base, file, card }: Sides): Merge {
  const result: Merge = { take: {}, write: {}, conflicts: [] };
  for (const field of fileFieldNames) {
    if (isSet(field)) mergeSet(field, { base, file, card }, result);
    else mergeValue(field, { base, file, card }, result);
  }
  keepTogether(result, { base, file, card });
  return result;
}

function mergeValue(field: FileField, { base, file, card }: Sides, { take, write, conflicts }: Merge): void {
  const [was, theirs, ours] = [base[field], file[field], card[field]];
  if (theirs === undefined) {
    if (was !== undefined && !isSame(field, was, ours)) set(write, field, ours);
  } else if (isSame(field, theirs, ours)) return;
  else if (was !== undefined && isSame(field, was, theirs)) set(write, field, ours);
  else if (was !== undefined && isSame(field, was, ours)) set(take, field, theirs);
  else conflicts.push({ field, file: theirs, card: ours });
}

function mergeSet(field: "tags" | "dependsOn", { base, file, card }: Sides, { take, write }: Merge): void {
  const theirs = file[field];
  if (theirs === undefined && base[field] === undefined)
    return void (card[field].length > 0 && set(write, field, card[field]));
  const was = base[field] ?? [];
  const merged = mergeSets(was, theirs ?? [], card[field]);
  if (!isSame(field, merged, card[field])) set(take, field, merged);
  if (!isSame(field, merged, theirs ?? [])) set(write, field, merged);
}

/** What one side added is in, what one side removed is out; in the card's order, then the file's. */
function mergeSets(base: readonly string[], file: readonly string[], card: readonly string[]): string[] {
  const isIn = (one: string) => (base.includes(one) ? file.includes(one) && card.includes(one) : true);
  return [...new Set([...card, ...file])].filter(isIn);
}

/** A type and the instruction for it are one thing: neither moves while the other is disputed. */
function keepTogether({ take, write, conflicts }: Merge, { file, card }: Sides): void {
  const pair: FileField[] = ["type", "instruction"];
  if (!conflicts.some(({ field }) => pair.includes(field))) return;
  for (const field of pair) {
    const isMoved = take[field] !== undefined || write[field] !== undefined;
    delete take[field];
    delete write[field];
    if (isMoved && file[field] !== undefined) conflicts.push({ field, file: file[field], card: card[field] });
  }
}

/** What both sides say now, where they say the same; elsewhere what they last agreed on. */
export function agree({ base, file, card }: Sides): Fields {
  const agreed: Fields = {};
  for (const field of fileFieldNames) {
    if (isSet(field)) {
      set(agreed, field, agreeSets(base[field] ?? [], file[field] ?? [], card[field]));
      continue;
    }
    const theirs = file[field];
    if (theirs === undefined) set(agreed, field, base[field] ?? card[field]);
    else set(agreed, field, isSame(field, theirs, card[field]) ? theirs : base[field]);
  }
  return agreed;
}

const agreeSets = (base: readonly string[], file: readonly string[], card: readonly string[]): string[] =>
  [...new Set([...base, ...file, ...card])].filter((one) =>
    file.includes(one) === card.includes(one) ? file.includes(one) : base.includes(one),
  );

function set(fields: Fields, field: FileField, value: unknown): void {
  if (value !== undefined) (fields as Record<string, unknown>)[field] = value;
}
