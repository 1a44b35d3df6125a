/** The word most like the one given; undefined: there are none. */
export function nearest<Word extends string>(word: string, words: readonly Word[]): Word | undefined {
  const ranked = words.map((one) => ({ one, distance: editDistance(word.toLowerCase(), one.toLowerCase()) }));
  return ranked.sort((a, b) => a.distance - b.distance)[0]?.one;
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
