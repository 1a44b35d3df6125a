import { expect, test } from "vitest";
import { columnOnPhone } from "@/components/board/column-tabs.tsx";

test("when the column that a phone shows is hidden, another one is shown", () => {
  const shown = [{ id: "draft" }, { id: "approved" }] as const;
  expect(columnOnPhone("draft", shown)).toBe("draft");
  expect(columnOnPhone("cancelled", shown)).toBe("approved");
});
