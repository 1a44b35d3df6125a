import { type Nearest, nearestOf256, nearestOfRgb } from "@/components/log/nearest-color.ts";

/** The styles a log may carry. Colours are numbers of the eight palette tokens; see `app/globals.css`. */
export interface TextStyle {
  color?: number;
  background?: number;
  isBright?: boolean;
  isBold?: boolean;
  isDim?: boolean;
  isItalic?: boolean;
  isUnderlined?: boolean;
  isStruck?: boolean;
  isReversed?: boolean;
}

const styleNames = [
  "color",
  "background",
  "isBright",
  "isBold",
  "isDim",
  "isItalic",
  "isUnderlined",
  "isStruck",
  "isReversed",
] as const satisfies (keyof TextStyle)[];

export interface Pen {
  style: TextStyle;
  className: string;
  /** What each change leads to. Bounded, and there are only finitely many pens: colours are of eight. */
  changes: Map<string, Pen>;
}

const pens = new Map<string, Pen>();
const mostChanges = 256;
export const plainPen = penOf({});

/** The pen after one `ESC [ … m`. Programs repeat the same few changes, so each is worked out once. */
export function changePen(pen: Pen, parameters: string): Pen {
  const known = pen.changes.get(parameters);
  if (known) return known;
  const next = penOf(applySgr(pen.style, parameters));
  if (pen.changes.size < mostChanges) pen.changes.set(parameters, next);
  return next;
}

function penOf(style: TextStyle): Pen {
  const key = styleNames.map((name) => Number(style[name] === false ? -1 : (style[name] ?? -1))).join();
  const pen = pens.get(key) ?? { style, className: styleClasses(style), changes: new Map() };
  pens.set(key, pen);
  return pen;
}

/** Applies the numbers of one `ESC [ … m`. Unknown numbers, blinking and hiding are ignored. */
function applySgr(style: TextStyle, parameters: string): TextStyle {
  const known = parameters.replace(/(^|;)(?!38:|48:)(\d*):[\d:]*/g, "$1$2");
  const codes = known.split(/[;:]/).map((part) => Number(part || 0));
  let next = style;
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at]!;
    if (code === 38 || code === 48) {
      const found = readExtendedColor(codes, at + 1, known.includes(":"));
      at = found.last;
      if (found.color !== undefined) next = withColor(next, code === 38, found.color);
    } else next = applyCode(next, code);
  }
  return next;
}

function applyCode(style: TextStyle, code: number): TextStyle {
  if (code === 0) return {};
  if (code >= 30 && code <= 37) return { ...style, color: code - 30, isBright: false };
  if (code >= 90 && code <= 97) return { ...style, color: code - 90, isBright: true };
  if (code >= 40 && code <= 47) return { ...style, background: code - 40 };
  if (code >= 100 && code <= 107) return { ...style, background: code - 100 };
  return { ...style, ...changes[code] };
}

const changes: Record<number, TextStyle> = {
  1: { isBold: true },
  2: { isDim: true },
  3: { isItalic: true },
  4: { isUnderlined: true },
  7: { isReversed: true },
  9: { isStruck: true },
  21: { isUnderlined: true },
  22: { isBold: false, isDim: false },
  23: { isItalic: false },
  24: { isUnderlined: false },
  27: { isReversed: false },
  29: { isStruck: false },
  39: { color: undefined, isBright: false },
  49: { background: undefined },
};

function withColor(style: TextStyle, isText: boolean, { color, isBright }: Nearest): TextStyle {
  return isText ? { ...style, color, isBright } : { ...style, background: color };
}

/** `38;5;n` and `38;2;r;g;b` (with colons, a colour space may stand before r). */
function readExtendedColor(codes: number[], at: number, hasColons: boolean): { last: number; color?: Nearest } {
  if (codes[at] === 5) return { last: at + 1, color: nearestOf256(codes[at + 1] ?? 0) };
  if (codes[at] !== 2) return { last: at };
  const first = hasColons && codes.length - at >= 5 ? at + 2 : at + 1;
  return { last: first + 2, color: nearestOfRgb(codes[first] ?? 0, codes[first + 1] ?? 0, codes[first + 2] ?? 0) };
}

/** The class names of a style, such as `ansi-1 ansi-bold`; empty for plain text. */
function styleClasses(style: TextStyle): string {
  const { color, background } = style;
  const isPainted = background !== undefined || style.isReversed;
  const names = [
    isPainted &&
      (background !== undefined ? `ansi-bg-${background}` : color !== undefined ? `ansi-bg-${color}` : "ansi-reverse"),
    !isPainted && color !== undefined && `ansi-${color}`,
    !isPainted && color === undefined && style.isDim && "ansi-dim",
    (style.isBold || style.isBright) && "ansi-bold",
    style.isItalic && "ansi-italic",
    style.isUnderlined && "ansi-underline",
    style.isStruck && "ansi-strike",
  ];
  return names.filter(Boolean).join(" ");
}
