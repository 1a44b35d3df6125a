/** Tells its readers that something has changed, at most once per frame. */
export interface FrameSignal {
  raise(): void;
  subscribe(reader: () => void): () => void;
  /** Grows with each telling. */
  version(): number;
}

export function createFrameSignal(): FrameSignal {
  const readers = new Set<() => void>();
  let version = 0;
  let isTelling = false;

  return {
    raise() {
      if (isTelling) return;
      isTelling = true;
      nextFrame(() => {
        isTelling = false;
        version++;
        for (const reader of readers) reader();
      });
    },
    subscribe(reader) {
      readers.add(reader);
      return () => readers.delete(reader);
    },
    version: () => version,
  };
}

const nextFrame = (work: () => void) =>
  typeof requestAnimationFrame === "function" && document.visibilityState === "visible"
    ? requestAnimationFrame(work)
    : setTimeout(work, 16);
