import type { Sample } from "./sample.ts";

export interface Series {
  name: string;
  seconds: readonly number[];
  values: readonly number[];
}

export interface Trend {
  mean: number;
  perHour: number;
  /** What it gained from the first to the last of these samples by its slope, as a share of its mean. */
  gainedShare: number;
  /** The same less two standard errors: what the scatter does not explain. */
  surelyGainedShare: number;
}

export const seriesOf = (samples: readonly { seconds: number; sample: Sample }[]): Series[] =>
  Object.keys(samples[0]!.sample).map((name) => ({
    name,
    seconds: samples.map(({ seconds }) => seconds),
    values: samples.map(({ sample }) => sample[name] ?? Number.NaN),
  }));

/** The straight line through the second half, by least squares. */
export function trendOf({ seconds, values }: Series): Trend {
  const from = Math.floor(values.length / 2);
  const [x, y] = [seconds.slice(from), values.slice(from)];
  const [meanX, mean] = [meanOf(x), meanOf(y)];
  const spread = sumOf(x.map((at) => (at - meanX) ** 2));
  const slope = spread === 0 ? 0 : sumOf(x.map((at, n) => (at - meanX) * (y[n]! - mean))) / spread;
  const scatter = sumOf(x.map((at, n) => (y[n]! - mean - slope * (at - meanX)) ** 2));
  const error = spread === 0 ? 0 : Math.sqrt(scatter / Math.max(1, x.length - 2) / spread);
  const shareOf = (perSecond: number) => (mean === 0 ? 0 : (perSecond * (x.at(-1)! - x[0]!)) / mean);
  const surely = Math.sign(slope) * Math.max(0, Math.abs(slope) - 2 * error);
  return { mean, perHour: slope * 3600, gainedShare: shareOf(slope), surelyGainedShare: shareOf(surely) };
}

const meanOf = (values: readonly number[]): number => sumOf(values) / values.length;
const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
