import { readdirSync, readFileSync } from "node:fs";
import type { Product } from "./product.ts";

/** A child of the supervisor, by what its command line holds. */
export function childPid(product: Product, marker: string): number | null {
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    try {
      const status = readFileSync(`/proc/${name}/status`, "utf8");
      const command = readFileSync(`/proc/${name}/cmdline`, "utf8");
      if (status.includes(`PPid:\t${product.process.pid}\n`) && command.includes(marker)) return Number(name);
    } catch {}
  }
  return null;
}
