import { logger } from "@/lib/log.ts";

export interface Round {
  /** Goes round until there is nothing more to do; harmless while it goes. */
  begin(): void;
  /** Never again. */
  end(): void;
}

/** Work that is repeated, one time after the other, as long as it answers that there is more to come. */
export function createRound(everyMs: number, work: () => Promise<boolean>): Round {
  let timer: NodeJS.Timeout | undefined;
  let isWanted = false;
  let isEnded = false;
  const turn = async () => {
    isWanted = false;
    const goesOn = await work().catch((thrown) => {
      logger.debug({ err: thrown }, "will be done at the next round");
      return true;
    });
    timer = undefined;
    if (goesOn || isWanted) begin();
  };
  const begin = () => {
    isWanted = true;
    if (!isEnded) timer ??= setTimeout(() => void turn(), everyMs);
  };
  const end = () => {
    isEnded = true;
    clearTimeout(timer);
  };
  return { begin, end };
}
