type Reader = (text: string) => void;

const readers = new Set<Reader>();

/** Says one sentence in the app's only polite live region. */
export function announce(text: string): void {
  for (const reader of readers) reader(text);
}

export function onAnnouncement(reader: Reader): () => void {
  readers.add(reader);
  return () => readers.delete(reader);
}
