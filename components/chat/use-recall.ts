import { type KeyboardEvent, useState } from "react";

/** Up and Down bring back lines sent before, while the field is empty or shows one of them unchanged. */
export function useRecall(sent: readonly string[], put: (line: string) => void) {
  /** How far back, from 1; 0: nothing brought back. */
  const [back, setBack] = useState(0);

  /** True when the key was for this. */
  const onKey = ({ key }: KeyboardEvent, text: string): boolean => {
    const from = stepsBack(sent, back, text);
    if (from === null || (key !== "ArrowUp" && key !== "ArrowDown")) return false;
    const next = key === "ArrowUp" ? from + 1 : from - 1;
    if (next < 0 || next > sent.length) return false;
    setBack(next);
    put(next === 0 ? "" : sent.at(-next)!);
    return true;
  };
  return { onKey, forget: () => setBack(0) };
}

/** Where in the past the field stands; null when the person has written something of their own. */
export function stepsBack(sent: readonly string[], back: number, text: string): number | null {
  if (text === "") return 0;
  return back > 0 && sent.at(-back) === text ? back : null;
}
