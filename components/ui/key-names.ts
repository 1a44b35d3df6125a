const named: Record<string, string> = {
  arrowup: "↑",
  arrowdown: "↓",
  arrowleft: "←",
  arrowright: "→",
  escape: "Esc",
  enter: "Enter",
  space: "Space",
  backspace: "Backspace",
};
const onMac: Record<string, string> = { $mod: "⌘", meta: "⌘", shift: "⇧", alt: "⌥", control: "⌃" };
const elsewhere: Record<string, string> = { $mod: "Ctrl", meta: "Meta", shift: "Shift", alt: "Alt", control: "Ctrl" };

/** `"g b"` → [["G"], ["B"]], `"$mod+k"` → [["Ctrl", "K"]]: the presses of a shortcut as a person reads them. */
export function keyNames(keys: string, { isMac }: { isMac: boolean }): string[][] {
  const modifiers = isMac ? onMac : elsewhere;
  return keys.split(" ").map((press) => {
    const parts = press.split(/\b\+/);
    const key = parts.at(-1) ?? "";
    const isShiftedSign = parts.length === 2 && parts[0] === "Shift" && /^[?/:!"<>]$/.test(key);
    const held = isShiftedSign ? [] : parts.slice(0, -1).map((part) => modifiers[part.toLowerCase()] ?? part);
    return [...held, named[key.toLowerCase()] ?? (key.length === 1 ? key.toUpperCase() : key)];
  });
}
