/** What was looked at, what was found, and, where that is not as it should be, what to do. */
export interface Check {
  name: string;
  status: "ok" | "warn" | "fail";
  found: string;
  advice: string | null;
}

export const ok = (name: string, found: string): Check => ({ name, status: "ok", found, advice: null });
export const warn = (name: string, found: string, advice: string): Check => ({ name, status: "warn", found, advice });
export const fail = (name: string, found: string, advice: string): Check => ({ name, status: "fail", found, advice });
