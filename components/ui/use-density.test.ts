import { expect, test, vi } from "vitest";
import { setDensity } from "@/components/ui/use-density.ts";

test("a chosen density holds at once, and is told to the server for the next load", () => {
  const page = { cookie: "", documentElement: { dataset: {} as Record<string, string> } };
  vi.stubGlobal("document", page);
  setDensity("compact");
  expect(page.documentElement.dataset.density).toBe("compact");
  expect(page.cookie).toMatch(/^runboard-density=compact; path=\/; max-age=31536000/);
  setDensity("comfortable");
  expect(page.documentElement.dataset.density).toBe("comfortable");
});
