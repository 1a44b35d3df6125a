import type { Product } from "../e2e/product.ts";

/** Calls the public API and answers the body. Throws for whatever the product refuses: a bench measures work that is done. */
export async function call<Answer = Record<string, unknown>>(
  { api }: Pick<Product, "api">,
  method: string,
  path: string,
  body?: object,
): Promise<Answer> {
  const answer = await api<Answer>(method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}
