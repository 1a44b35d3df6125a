import type { Series } from "./trend.ts";

const [width, height, left, right, top, bottom] = [440, 230, 48, 150, 34, 26];
const columns = 2;

/** Small pictures side by side, one for each group of series, as an SVG that reads in the light and in the dark. */
export function pictureOf(series: readonly Series[], title: string): string {
  const groups = [...new Set(series.map(({ name }) => groupOf(name)))];
  const panels = groups.map((group, n) => {
    const [x, y] = [(n % columns) * width, 30 + Math.floor(n / columns) * height];
    return `<g transform="translate(${x} ${y})">${panel(
      group,
      series.filter(({ name }) => groupOf(name) === group),
    )}</g>`;
  });
  const size = [columns * width, 30 + Math.ceil(groups.length / columns) * height];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.join(" ")}" role="img" aria-label="${escaped(title)}">
<style>${style}</style>
<rect class="ground" width="100%" height="100%"/>
<text x="12" y="22" class="title">${escaped(title)}</text>
${panels.join("\n")}
</svg>
`;
}

const style = `
  text { font: 11px system-ui, sans-serif; fill: #1f2328 } .title { font-weight: 600; font-size: 13px } .small { fill: #59636e }
  .ground { fill: #ffffff } .grid { stroke: #d1d9e0; stroke-width: 1 } polyline { fill: none; stroke-width: 1.5 }
  .c0 { stroke: #0969da } .c1 { stroke: #bc4c00 } .c2 { stroke: #1a7f37 } .c3 { stroke: #8250df } .c4 { stroke: #bf3989 }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc } .small { fill: #9198a1 } .ground { fill: #0d1117 } .grid { stroke: #3d444d }
    .c0 { stroke: #4493f8 } .c1 { stroke: #f0883e } .c2 { stroke: #3fb950 } .c3 { stroke: #ab7df8 } .c4 { stroke: #db61a2 }
  }`;

function panel(group: string, series: readonly Series[]): string {
  const most = niceAbove(Math.max(...series.flatMap(({ values }) => values)));
  const last = Math.max(...series.flatMap(({ seconds }) => seconds), 1);
  const x = (seconds: number) => left + (seconds / last) * (width - left - right);
  const y = (value: number) => height - bottom - (value / most) * (height - top - bottom);
  const grid = [0, 0.5, 1].map((share) => {
    const at = y(most * share).toFixed(1);
    return `<line class="grid" x1="${left}" x2="${width - right}" y1="${at}" y2="${at}"/><text class="small" x="${left - 6}" y="${Number(at) + 4}" text-anchor="end">${shown(most * share)}</text>`;
  });
  const lines = series.map(({ seconds, values }, n) => {
    const points = values.map((value, at) => `${x(seconds[at]!).toFixed(1)},${y(value).toFixed(1)}`);
    return `<polyline class="c${n % 5}" points="${points.join(" ")}"/>`;
  });
  const ends = series.map(({ name, values }) => ({
    name: seriesName(name),
    at: y(values.at(-1)!),
    value: values.at(-1)!,
  }));
  const labels = apart(ends).map(
    ({ name, value, at }) =>
      `<text x="${width - right + 6}" y="${(at + 4).toFixed(1)}">${escaped(name)} ${shown(value)}</text>`,
  );
  const minutes = `<text class="small" x="${width - right}" y="${height - 8}" text-anchor="end">${shown(last / 60)} minutes</text>`;
  return `<text class="title" x="12" y="18">${escaped(group)}</text>${[...grid, ...lines, ...labels, minutes].join("")}`;
}

/** Labels keep their order and do not cover each other. */
function apart<Label extends { at: number }>(labels: readonly Label[]): Label[] {
  const sorted = labels.map((label) => ({ ...label })).sort((a, b) => b.at - a.at);
  for (const [n, label] of sorted.entries()) if (n > 0) label.at = Math.min(label.at, sorted[n - 1]!.at - 13);
  return sorted;
}

/** The next of 1, 2, 5, 10, 20, 50 … */
function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return power * [1, 2, 5, 10].find((step) => step * power >= value)!;
}

const groupOf = (name: string): string => name.split(": ")[0]!;
const seriesName = (name: string): string => name.split(": ")[1]!;
const shown = (value: number): string => Number(value.toPrecision(3)).toString();
const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
