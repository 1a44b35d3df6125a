export type TipSide = "top" | "right" | "bottom" | "left";

interface Tip {
  text: string;
  /** In registry notation, such as `c` or `$mod+k`. */
  shortcut?: string | undefined;
  side?: TipSide | undefined;
  /** The text says more than the element's own name: then it is read out, too. */
  isExtra?: boolean;
}

/** What an element carries to have a tooltip; `Tooltips` shows them all. Never the only copy of a fact. */
export function tipOf({ text, shortcut, side, isExtra }: Tip) {
  return {
    "data-tip": text,
    "data-tip-keys": shortcut,
    "data-tip-side": side,
    "data-tip-extra": isExtra ? "" : undefined,
  };
}
