import { expect, test } from "vitest";
import { findLinks } from "@/components/log/find-links.ts";

test("addresses are found, the sentence keeps its punctuation", () => {
  expect(findLinks("see https://example.org/a?b=1, (http://localhost:3000).")).toEqual([
    { text: "see ", at: 0 },
    { text: "https://example.org/a?b=1", at: 4, href: "https://example.org/a?b=1" },
    { text: ", (", at: 29 },
    { text: "http://localhost:3000", at: 32, href: "http://localhost:3000" },
    { text: ").", at: 53 },
  ]);
});

test("nothing but http and https becomes a link", () => {
  expect(findLinks("javascript://x file:///etc/passwd").some((part) => part.href)).toBe(false);
});
