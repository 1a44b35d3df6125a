import { addSorted } from "@/components/transcript/sorted-numbers.ts";
import type { Transcript } from "@/components/transcript/transcript.ts";
import { isOpenItem, textsOf } from "@/components/transcript/transcript-item.ts";

/** Rows that contain a text, whatever its case. `update` looks only at what is new or has changed since. */
export function createSearch({ items }: Pick<Transcript, "items">, query: string) {
  const pattern = new RegExp(query.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "i");
  const found: number[] = [];
  let seen = 0;
  let open: number[] = [];

  const look = (index: number) => {
    const item = items[index]!;
    if (textsOf(item).some((text) => pattern.test(text))) addSorted(found, index);
    return isOpenItem(item);
  };

  return {
    /** Rising. The same list each time, grown in place. */
    update(): readonly number[] {
      open = open.filter(look);
      for (; seen < items.length; seen++) if (look(seen)) open.push(seen);
      return found;
    },
  };
}
