import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Product, startProduct } from "../../e2e/product.ts";
import type { Measured } from "../bench.ts";
import { openBrowser } from "../browser.ts";

// What has to be carried: the JavaScript of the board's first load as it goes over the wire, and the packages a running Runboard needs.

export async function run(): Promise<Measured[]> {
  const product = await startProduct();
  try {
    const { inPageBytes, allBytes } = await scripts(product);
    const line = (what: string, bytes: number, max: number | null): Measured => ({
      goal: "P15",
      what,
      unit: "kB",
      ours: [bytes / 1000],
      max,
    });
    return [
      line("compressed JavaScript the page of the board asks for", inPageBytes, 260),
      line("the same with what follows by itself (socket, toasts, tooltips)", allBytes, null),
      { goal: "P15", what: "packages needed for running", unit: "MB", ours: [packagesBytes() / 1e6], max: 600 },
    ];
  } finally {
    await product.stop();
  }
}

/** Bytes of scripts on the wire: those whose tags stand in the page, and all that are loaded until nothing follows. */
async function scripts(product: Product): Promise<{ inPageBytes: number; allBytes: number }> {
  const browser = await openBrowser(product);
  try {
    const page = await (await browser.newContext()).newPage();
    await page.goto("/p/DEMO", { waitUntil: "networkidle" });
    const html = await (await fetch(`${product.url}/p/DEMO`, { headers: bearer(product) })).text();
    const loaded = await page.evaluate(() =>
      performance
        .getEntriesByType("resource")
        .map((entry) => entry as PerformanceResourceTiming)
        .filter(({ name }) => /\.js(\?|$)/.test(name))
        .map(({ name, encodedBodySize }) => ({ path: new URL(name).pathname, bytes: encodedBodySize })),
    );
    const tags = new Set([...html.matchAll(/<script[^>]* src="([^"?]+)/g)].map(([, path]) => path));
    const sum = (some: typeof loaded) => some.reduce((total, { bytes }) => total + bytes, 0);
    return { inPageBytes: sum(loaded.filter(({ path }) => tags.has(path))), allBytes: sum(loaded) };
  } finally {
    await browser.close();
  }
}

const bearer = ({ token }: Product) => ({ authorization: `Bearer ${token}` });

/** Everything installed that is no development dependency, by the lock file. */
function packagesBytes(): number {
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as {
    packages: Record<string, { dev?: true }>;
  };
  const wanted = Object.keys(packages).filter((path) => path !== "" && !packages[path]!.dev);
  return wanted.reduce((total, path) => total + bytesUnder(path), 0);
}

/** Without the packages inside it, which have entries of their own. */
function bytesUnder(directory: string): number {
  const entries = readdirSafe(directory).filter(({ name }) => name !== "node_modules");
  return entries.reduce((total, entry) => {
    const path = join(directory, entry.name);
    return total + (entry.isDirectory() ? bytesUnder(path) : entry.isFile() ? statSync(path).size : 0);
  }, 0);
}

/** An optional package of another platform is not there. */
function readdirSafe(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}
