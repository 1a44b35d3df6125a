import type { Shortcut } from "@/components/keyboard-rules.ts";

/** The keys of a focused card, for the sheet; the board handles them itself. */
export const cardKeys: readonly Shortcut[] = [
  {
    id: "card-walk",
    keys: ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"],
    scope: "Card",
    label: "Move between cards",
  },
  { id: "card-open", keys: ["Enter", "o"], scope: "Card", label: "Open" },
  { id: "card-lift", keys: "Space", scope: "Card", label: "Lift or drop" },
  { id: "card-now", keys: "Shift+ArrowRight", scope: "Card", label: "Move to the next column now" },
  { id: "card-move", keys: "m", scope: "Card", label: "Move to..." },
  { id: "card-start", keys: "s", scope: "Card", label: "Start or cancel" },
  { id: "card-approve", keys: "a", scope: "Card", label: "Approve or withdraw" },
  { id: "card-priority", keys: "p", scope: "Card", label: "Priority" },
  { id: "card-depends", keys: "d", scope: "Card", label: "Depends on..." },
  { id: "card-edit", keys: "e", scope: "Card", label: "Edit" },
  { id: "card-menu", keys: "Shift+F10", scope: "Card", label: "All actions" },
];
