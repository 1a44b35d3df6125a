import type { ITheme } from "@xterm/xterm";

const names = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;
const brightNames = names.map((name) => `bright${name[0]!.toUpperCase()}${name.slice(1)}` as keyof ITheme);

/** The log's colours, as they are now. Bright ones are the same eight, as in the log. */
export function readTheme(element: Element): ITheme {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(name).trim();
  const colors = names.flatMap((name, index) => {
    const color = token(`--ansi-${index}`);
    return [
      [name, color],
      [brightNames[index]!, color],
    ];
  });
  return {
    ...Object.fromEntries(colors),
    background: token("--log-bg"),
    foreground: token("--text"),
    cursor: token("--text"),
    cursorAccent: token("--log-bg"),
    selectionBackground: token("--selected"),
    selectionForeground: token("--text"),
  };
}
