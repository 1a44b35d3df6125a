const units = ["B", "KiB", "MiB", "GiB", "TiB"];

/** `0 B`, `512 MiB`, `1.5 GiB`: three digits at most. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${rounded(bytes / 1024 ** power)} ${units[power]}`;
}

/** `1 core`, `0.25 cores`. */
export function formatCores(cores: number): string {
  const text = rounded(cores);
  return `${text} ${text === "1" ? "core" : "cores"}`;
}

/** `$0.42`, `$1,204.00`; what is not nothing is never shown as nothing. */
export function formatUsd(amount: number): string {
  return amount > 0 && amount < 0.005 ? "under $0.01" : dollars.format(amount);
}

/** `840`, `12.3k`, `1.2M`. */
export const formatCount = (count: number): string => counts.format(count).toLowerCase().replace("m", "M");

const dollars = new Intl.NumberFormat("en", { style: "currency", currency: "USD" });
const counts = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

const rounded = (value: number) => String(Number(value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)));
