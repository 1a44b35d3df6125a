import { logger } from "@/lib/log.ts";
import { sizeText } from "@/lib/size-text.ts";
import type { Services } from "../services.ts";

/**
 * Looks at the disk. While it is short nothing is claimed, and what is kept for people to look at goes, the oldest first;
 * rows are told with the lease (see renewLease). It is over by itself when there is space again.
 */
export async function watchDisk({ disk, kept, config, turns }: Services): Promise<void> {
  const wasShort = disk.isShort;
  await disk.look(config.diskMinFreeBytes);
  while (disk.isLow && (await kept.removeOldest())) await disk.look(config.diskMinFreeBytes);
  if (disk.isShort === wasShort) return;
  const free = sizeText(disk.freeBytes ?? 0);
  if (disk.isShort) logger.warn(`the disk is almost full (${free} free): nothing new is started`);
  else logger.warn(`the disk has space again (${free} free): starting goes on`);
  if (!disk.isShort) turns.wake();
}
