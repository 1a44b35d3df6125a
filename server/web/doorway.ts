import type { EventEmitter } from "node:events";

/** So many are taken in while nobody begins; then whoever has a place goes on all the same. */
const takenMax = 100;

export interface Doorway {
  /** Resolves when nobody seems to stand at the door any more. */
  isClear(): Promise<void>;
}

/**
 * Node takes in one new connection each time round its event loop. While requests are carried out every round takes long, and
 * whoever comes stands unseen in the kernel's queue, where nobody answers, refuses or gives up: seconds, when hundreds come. So
 * nothing begins in a round that took somebody in: the rounds get short, and soon all are inside, where they wait in order.
 */
export function createDoorway(http: EventEmitter): Doorway {
  const waiting: (() => void)[] = [];
  let isWatched = false;
  let isTaken = false;
  let taken = 0;

  const look = () => {
    const isBusy = isTaken && taken < takenMax;
    isTaken = false;
    if (isBusy) return void setImmediate(look);
    isWatched = false;
    taken = 0;
    for (const begin of waiting.splice(0)) begin();
  };

  http.on("connection", () => {
    isTaken = true;
    taken += 1;
    if (isWatched) return;
    isWatched = true;
    setImmediate(look);
  });

  return { isClear: () => (isWatched ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve()) };
}
