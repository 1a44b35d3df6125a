/**
 * The ways out of a terminal for who has only a keyboard. Windows keeps Ctrl+Shift+Esc to itself; Shift+F6 is nobody's,
 * and few programs want it. The banner shows them.
 */
export const leaveKeys = ["Shift+F6", "Control+Shift+Escape"] as const;

type Press = Pick<KeyboardEvent, "type" | "key" | "ctrlKey" | "shiftKey" | "altKey" | "metaKey">;

export function leadsOut({ type, key, ctrlKey, shiftKey, altKey, metaKey }: Press): boolean {
  if (type !== "keydown" || !shiftKey || altKey || metaKey) return false;
  return ctrlKey ? key === "Escape" : key === "F6";
}
