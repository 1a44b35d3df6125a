import { startModelEndpoint } from "../server/agent/testing/model-endpoint.ts";
import { realClaude } from "../server/agent/testing/programs.ts";
import { test as base, signIn } from "./fixtures.ts";
import { type Product, startProduct } from "./product.ts";

/** What only the gate may know. */
export const realKey = "the-real-key-of-the-model-0123456789";
/** Null: npm test installs it where it can be had. */
export const claude = realClaude();

/** A product with the real Claude Code, in the sandbox this machine has, against a loopback stand-in of the model's endpoint. */
export const test = base.extend<object, { product: Product }>({
  product: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures wanted from this pattern.
    async ({}, use) => {
      const endpoint = await startModelEndpoint({ key: realKey });
      const keys = { ANTHROPIC_BASE_URL: endpoint.url, ANTHROPIC_API_KEY: realKey };
      const product = await startProduct({
        environment: { RUNBOARD_DEMO: "off", CLAUDE_CLI_PATH: claude ?? "", ...keys },
      });
      await use(product);
      await product.stop();
      await endpoint.close();
    },
    { scope: "worker", timeout: 60_000 },
  ],
  baseURL: async ({ product }, use) => use(product.url),
  page: async ({ page, product, context }, use) => {
    await context.addCookies([await signIn(product)]);
    await use(page);
  },
});
