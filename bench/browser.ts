import { type BrowserContext, chromium } from "@playwright/test";
import { signIn } from "../e2e/fixtures.ts";
import type { Product } from "../e2e/product.ts";
import playwright from "../playwright.config.ts";

export interface SignedIn {
  /** Signed in, with an empty cache. */
  newContext(): Promise<BrowserContext>;
  close(): Promise<void>;
}

/** Chromium as the journeys of e2e/ use it. */
export async function openBrowser(product: Product): Promise<SignedIn> {
  const { launchOptions, channel } = playwright.use ?? {};
  const browser = await chromium.launch({ ...launchOptions, ...(channel ? { channel } : {}) });
  return {
    newContext: async () => {
      const context = await browser.newContext({ baseURL: product.url, viewport: { width: 1440, height: 900 } });
      await context.addCookies([await signIn(product)]);
      return context;
    },
    close: () => browser.close(),
  };
}
