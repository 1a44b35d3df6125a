import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Where the judge reaches the embedded database of a product, past the product. */
export function embeddedUrl(home: string): string {
  const directory = join(home, "postgres");
  const password = readFileSync(join(directory, "password"), "utf8").trim();
  return `postgresql://runboard:${password}@localhost/runboard?host=${encodeURIComponent(join(directory, "socket"))}`;
}
