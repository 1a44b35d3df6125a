/** Notes that were read on this device and do not come again. */
const readers = new Set<() => void>();
const seenNow = new Set<string>();
const nameOf = (note: string) => `runboard.seen.${note}`;

export function hasSeen(note: string): boolean {
  try {
    return seenNow.has(note) || localStorage.getItem(nameOf(note)) !== null;
  } catch {
    return seenNow.has(note);
  }
}

export function markSeen(note: string): void {
  seenNow.add(note);
  try {
    localStorage.setItem(nameOf(note), "1");
  } catch {
    // Storage may be closed to us; then the note is gone until the next load.
  }
  for (const reader of readers) reader();
}

export function onSeen(reader: () => void): () => void {
  readers.add(reader);
  return () => readers.delete(reader);
}
