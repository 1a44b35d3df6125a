import { test as base } from "@playwright/test";
import { type Product, startProduct } from "./product.ts";

/** Every file of journeys gets a product of its own; `page` is signed in through the login link. */
export const test = base.extend<object, { product: Product }>({
  product: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures wanted from this pattern.
    async ({}, use) => {
      const product = await startProduct();
      await use(product);
      await product.stop();
    },
    { scope: "worker" },
  ],
  baseURL: async ({ product }, use) => use(product.url),
  page: async ({ page, product, context }, use) => {
    await context.addCookies([await signIn(product)]);
    await use(page);
  },
});

export { expect } from "@playwright/test";

/** Signs in as a browser does with the owner's token; the one-time link itself is walked in login.spec.ts. */
export async function signIn(product: Product) {
  const response = await fetch(`${product.url}/api/login`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: product.url },
    body: JSON.stringify({ secret: product.token }),
    redirect: "manual",
  });
  const [pair = ""] = (response.headers.get("set-cookie") ?? "").split(";");
  const [name = "", ...value] = pair.split("=");
  return { name, value: value.join("="), url: product.url, httpOnly: true, sameSite: "Strict" as const };
}
