/** Adds a number to a rising list, once. Most come in order, at the end. */
export function addSorted(list: number[], value: number): void {
  let at = list.length;
  while (at > 0 && list[at - 1]! > value) at--;
  if (list[at - 1] !== value) list.splice(at, 0, value);
}

/** The first number of a rising list that is greater; -1 when there is none. */
export function indexAfter(list: readonly number[], value: number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low < list.length ? low : -1;
}
