/** A queue that one reader waits at. */
export interface Channel<T> extends AsyncIterable<T> {
  push(item: T): void;
  /** The reader gets what is there and then the end. */
  end(): void;
  /** Takes what nobody has read. */
  drain(): T[];
}

export function createChannel<T>(): Channel<T> {
  let items: T[] = [];
  let isEnded = false;
  let wake = () => {};
  return {
    push(item) {
      items.push(item);
      wake();
    },
    end() {
      isEnded = true;
      wake();
    },
    drain() {
      const left = items;
      items = [];
      return left;
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        while (items.length > 0) yield items.shift()!;
        if (isEnded) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
