/** Adds a number to a rising list, once. Most come in order, at the end. */
export function addSorted(list: number[], value: number): void {
  let at = list.length;
  while (at > 0 && list[at - 1]! > value) at--;
  if (list[at - 1] !== value) list.splice(at, 0, value);
}

/** Takes a number out of a rising list. Most are beyond its end. */
export function removeSorted(list: number[], value: number): void {
  const last = list.at(-1);
  if (last === undefined || last < value) return;
  const at = list.lastIndexOf(value);
  if (at >= 0) list.splice(at, 1);
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
