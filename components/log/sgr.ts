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

/** Applies the numbers of one `ESC [ … m`. Unknown numbers, blinking and hiding are ignored. */
export function applySgr(style: TextStyle, parameters: string): TextStyle {
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

type Nearest = { color: number; isBright: boolean };

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

function nearestOf256(index: number): Nearest {
  if (index < 16) return { color: index % 8, isBright: index > 7 };
  if (index >= 232) return nearestOfRgb(...grey(8 + (index - 232) * 10));
  const cube = index - 16;
  const level = (step: number) => (step === 0 ? 0 : 55 + step * 40);
  return nearestOfRgb(level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6));
}

const grey = (level: number): [number, number, number] => [level, level, level];

/** The palette keeps its contrast on the log background, a free colour would not: so only the hue survives. */
function nearestOfRgb(red: number, green: number, blue: number): Nearest {
  const most = Math.max(red, green, blue);
  const spread = most - Math.min(red, green, blue);
  if (spread < 32) return { color: most < 128 ? 0 : 7, isBright: false };
  const hue =
    most === red
      ? ((green - blue) / spread + 6) % 6
      : most === green
        ? (blue - red) / spread + 2
        : (red - green) / spread + 4;
  const degrees = hue * 60;
  const color = hues.find(([limit]) => degrees < limit)?.[1] ?? 1;
  return { color, isBright: false };
}

const hues = [
  [25, 1],
  [75, 3],
  [165, 2],
  [200, 6],
  [262, 4],
  [335, 5],
] as const;

/** The class names of a style, such as `ansi-1 ansi-bold`; empty for plain text. */
export function styleClasses(style: TextStyle): string {
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
