import type { KeyboardEvent } from "react";
import { expect, test, vi } from "vitest";
import { useInboxKeys } from "@/components/inbox/use-inbox-keys.ts";

const click = vi.fn();
const focus = vi.fn();
const link = { focus };
const item = { contains: (other: unknown) => other === link, querySelector: () => ({ click }) };
const target = { tagName: "A", closest: (selector: string) => (selector === "[data-item]" ? item : null) };
const root = { current: { querySelectorAll: () => [link, link] } as unknown as HTMLElement };

const press = (key: string, repeat = false) =>
  useInboxKeys(root)({ key, repeat, target, preventDefault() {}, stopPropagation() {} } as unknown as KeyboardEvent);

test("a key that is held down answers one item, not those that take its place", () => {
  press("a");
  press("a", true);
  press("d", true);
  expect(click).toHaveBeenCalledOnce();
});

test("walking goes on while its key is held down", () => {
  press("j");
  press("j", true);
  expect(focus).toHaveBeenCalledTimes(2);
});
