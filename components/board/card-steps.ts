export type Step = readonly [columns: number, places: number];

/** Where a key leads from a card. */
export const steps: Record<string, Step> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  h: [-1, 0],
  l: [1, 0],
  k: [0, -1],
  j: [0, 1],
};

interface Press {
  key: string;
  shiftKey: boolean;
  repeat: boolean;
}

/** Of a key that is held down only walking goes on; what acts does so once. */
export const isHeldTooLong = ({ key, shiftKey, repeat }: Press): boolean => repeat && (shiftKey || !(key in steps));

export const clamp = (index: number, count: number) => Math.max(0, Math.min(count - 1, index));
