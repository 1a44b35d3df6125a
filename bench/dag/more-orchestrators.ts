import type { JudgedProduct } from "../../judge/judged-product.ts";
import { startSecondHost } from "../../judge/recovery/second-host.ts";
import type { Carrier } from "../carriers/carrier.ts";
import { productCarrier } from "../carriers/product-carrier.ts";

/** The product with further orchestrators on its database, each a host of its own; they are there for the one graph only. */
export function withOrchestrators(product: JudgedProduct, orchestrators: number): Carrier {
  const carry = productCarrier(product, { orchestrators });
  return async (drain) => {
    const more = Array.from({ length: orchestrators - 1 }, () =>
      startSecondHost(product.directory, { DATABASE_URL: product.databaseUrl, RUNBOARD_DEMO: "off" }),
    );
    const hosts = await Promise.all(more);
    try {
      return await carry(drain);
    } finally {
      await Promise.all(hosts.map((host) => host.stop()));
    }
  };
}
