import type { Page } from "@playwright/test";
import type { JudgedProduct } from "../../judge/judged-product.ts";
import { call } from "../call.ts";
import { completed, newStamp, switchAutonomous } from "./process-start.ts";

/** Lets the page write down when it was clicked, before it does anything with it. */
export const noteClicks = (page: Page) =>
  page.addInitScript(() =>
    addEventListener(
      "click",
      ({ timeStamp }) => Object.assign(window, { clickedMs: performance.timeOrigin + timeStamp }),
      true,
    ),
  );

/** From the click on Start Processing to the first line of the command of the one card that waits. */
export async function clickToProcess(product: JudgedProduct, projectId: string, page: Page): Promise<number> {
  const { spec, read } = newStamp(product);
  const card = await call<{ id: string }>(product, "POST", `/projects/${projectId}/tasks`, {
    title: "click to process",
    status: "APPROVED",
    spec,
  });
  await page.getByRole("button", { name: /^Start Processing, 1 / }).click();
  const { beganMs } = await read();
  const clickedMs = await page.evaluate(() => (window as unknown as { clickedMs: number }).clickedMs);
  await completed(product, card.id);
  await switchAutonomous(product, projectId, "off");
  return beganMs - clickedMs;
}
