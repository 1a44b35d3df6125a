import { FitAddon } from "@xterm/addon-fit";
import { SearchAddon } from "@xterm/addon-search";
import { WebLinksAddon } from "@xterm/addon-web-links";
import { Terminal } from "@xterm/xterm";
import { leadsOut } from "@/components/terminal/leave-keys.ts";
import { readTheme } from "@/components/terminal/terminal-theme.ts";
import { leaveUnanswered } from "@/components/terminal/unanswered.ts";
import type { TerminalSize } from "@/lib/terminal/frames.ts";

interface ScreenOptions {
  /** Where it is drawn; a box with a size of its own. */
  box: HTMLElement;
  label: string;
  isRead: boolean;
  onData: (data: string) => void;
  /** One of the keys that lead out was pressed. */
  onLeave: () => void;
}

/** A terminal drawn in the page. */
export interface TerminalScreen {
  write: (data: string) => void;
  clear: () => void;
  resize: (size: TerminalSize) => void;
  /** What fits the box. */
  fitting: () => TerminalSize;
  /** May it be typed into? What is pressed is the page's otherwise, Tab too. */
  setTyping: (mayType: "yes" | "no") => void;
  setRead: (isRead: boolean) => void;
  follow: () => void;
  find: (text: string, way: "next" | "previous") => boolean;
  focus: () => void;
  dispose: () => void;
}

const fallback: TerminalSize = { columns: 80, rows: 24 };

export function createScreen({ box, label, isRead, onData, onLeave }: ScreenOptions): TerminalScreen {
  const terminal = new Terminal({
    disableStdin: true,
    screenReaderMode: isRead,
    scrollback: 10_000,
    fontFamily: getComputedStyle(box).fontFamily,
    fontSize: 12,
    lineHeight: 1.3,
    minimumContrastRatio: 4.5,
    theme: readTheme(box),
    // Needed by the search for its marks.
    allowProposedApi: true,
  });
  const fit = new FitAddon();
  const search = new SearchAddon();
  terminal.loadAddon(fit);
  terminal.loadAddon(search);
  terminal.loadAddon(new WebLinksAddon());
  leaveUnanswered(terminal.parser);
  terminal.open(box);
  terminal.textarea?.setAttribute("aria-label", label);
  let mayType = false;
  terminal.attachCustomKeyEventHandler((event) => {
    if (leadsOut(event)) {
      event.preventDefault();
      // The toasts take F6 with and without Shift.
      event.stopPropagation();
      onLeave();
      return false;
    }
    return mayType;
  });
  terminal.onData(onData);
  return {
    write: (data) => terminal.write(data),
    clear: () => terminal.reset(),
    resize: ({ columns, rows }) => {
      if (terminal.cols !== columns || terminal.rows !== rows) terminal.resize(columns, rows);
    },
    fitting: () => {
      const { cols, rows } = fit.proposeDimensions() ?? {};
      if (!cols || !rows) return fallback;
      return { columns: Math.min(Math.max(cols, 20), 500), rows: Math.min(Math.max(rows, 5), 300) };
    },
    setTyping: (may) => {
      mayType = may === "yes";
      terminal.options.disableStdin = !mayType;
      terminal.options.cursorBlink = mayType && !window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    },
    setRead: (read) => {
      terminal.options.screenReaderMode = read;
    },
    follow: () => {
      terminal.options.theme = readTheme(box);
    },
    find: (text, way) => (way === "next" ? search.findNext(text) : search.findPrevious(text)),
    focus: () => terminal.focus(),
    dispose: () => terminal.dispose(),
  };
}
