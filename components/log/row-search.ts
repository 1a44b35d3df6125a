import { addSorted, removeSorted } from "@/components/log/sorted-numbers.ts";

/** Rows that grow in place. */
export interface Searchable {
  count(): number;
  /** All texts of a row. */
  textsAt(index: number): readonly string[];
  /** Whether it may still change. */
  isOpenAt(index: number): boolean;
}

/** Rows that contain a text, whatever its case. `update` looks only at what is new or has changed since. */
export function createSearch(rows: Searchable, query: string) {
  const pattern = new RegExp(query.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "i");
  const found: number[] = [];
  let seen = 0;
  let open: number[] = [];

  const look = (index: number) => {
    if (rows.textsAt(index).some((text) => pattern.test(text))) addSorted(found, index);
    else removeSorted(found, index);
    return rows.isOpenAt(index);
  };

  return {
    /** Rising. The same list each time, changed in place. */
    update(): readonly number[] {
      open = open.filter(look);
      for (; seen < rows.count(); seen++) if (look(seen)) open.push(seen);
      return found;
    },
  };
}
