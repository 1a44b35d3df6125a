const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** `now`, `3m ago`, `in 2h`, `5d ago`; over four weeks the date. */
export function formatRelative(at: number, now: number): string {
  const distanceMs = now - at;
  const size = Math.abs(distanceMs);
  if (size < 30 * second) return "now";
  if (size > 28 * day) return new Date(at).toISOString().slice(0, 10);
  const words = formatSpan(Math.max(minute, size));
  return distanceMs > 0 ? `${words} ago` : `in ${words}`;
}

/** A length of time by its largest unit: `40s`, `3m`, `2h`, `5d`. */
export function formatSpan(ms: number): string {
  if (ms < minute) return `${Math.max(0, Math.floor(ms / second))}s`;
  if (ms < hour) return `${Math.floor(ms / minute)}m`;
  return ms < day ? `${Math.floor(ms / hour)}h` : `${Math.floor(ms / day)}d`;
}

/** `850ms`, `12s`, `4m 12s`, `2h 5m`, `3d 4h`. */
export function formatDuration(ms: number): string {
  if (ms < second) return `${Math.max(0, Math.round(ms))}ms`;
  if (ms < minute) return `${Math.floor(ms / second)}s`;
  if (ms < hour) return `${Math.floor(ms / minute)}m ${Math.floor((ms % minute) / second)}s`;
  if (ms < day) return `${Math.floor(ms / hour)}h ${Math.floor((ms % hour) / minute)}m`;
  return `${Math.floor(ms / day)}d ${Math.floor((ms % day) / hour)}h`;
}

/** A running clock: `04:12`, `1:04:12`. */
export function formatClock(ms: number): string {
  const total = Math.max(0, Math.floor(ms / second));
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  const tail = `${String(minutes).padStart(2, "0")}:${String(seconds).padStart(2, "0")}`;
  return hours > 0 ? `${hours}:${tail}` : tail;
}
