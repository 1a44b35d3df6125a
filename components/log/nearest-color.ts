/** One of the eight palette tokens. */
export interface Nearest {
  color: number;
  isBright: boolean;
}

export function nearestOf256(index: number): Nearest {
  if (index < 16) return { color: index % 8, isBright: index > 7 };
  if (index >= 232) return nearestOfRgb(...grey(8 + (index - 232) * 10));
  const cube = index - 16;
  const level = (step: number) => (step === 0 ? 0 : 55 + step * 40);
  return nearestOfRgb(level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6));
}

const grey = (level: number): [number, number, number] => [level, level, level];

/** The palette keeps its contrast on the log background, a free colour would not: so only the hue survives. */
export function nearestOfRgb(red: number, green: number, blue: number): Nearest {
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
