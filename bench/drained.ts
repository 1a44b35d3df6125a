import { eventually } from "../e2e/product.ts";
import type { JudgedProduct } from "../judge/judged-product.ts";
import { call } from "./call.ts";

/** Waits until nothing of a project runs or is on its way to. */
export const drained = (product: JudgedProduct, projectId: string) =>
  eventually(async () => {
    const { counts } = await call<{ counts: Record<string, number> }>(product, "GET", `/projects/${projectId}`);
    return ["APPROVED", "QUEUED", "RUNNING", "VALIDATING"].every((status) => counts[status] === 0);
  }, 600_000);
