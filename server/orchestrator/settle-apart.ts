import { isRefusal } from "@/lib/database-refusal.ts";

/**
 * Takes in what can be taken in of a batch of which something is refused, by halves: one bad item among n costs about
 * 2 log n calls and holds up nobody. `take` takes all it is given in, or throws and takes none. Returns what was refused;
 * throws when the database is away.
 */
export async function settleApart<Item>(
  batch: readonly Item[],
  take: (items: readonly Item[]) => Promise<void>,
): Promise<Item[]> {
  if (batch.length === 0) return [];
  try {
    await take(batch);
    return [];
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown;
    if (batch.length === 1) return [...batch];
    const middle = Math.ceil(batch.length / 2);
    const refused = await settleApart(batch.slice(0, middle), take);
    return [...refused, ...(await settleApart(batch.slice(middle), take))];
  }
}
