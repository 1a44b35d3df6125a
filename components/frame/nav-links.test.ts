import { expect, test } from "vitest";
import { navLinks } from "@/components/frame/nav-links.ts";

const current = (path: string, key?: string) =>
  navLinks(path, key)
    .filter((link) => link.isCurrent)
    .map((link) => link.label);

test("one link at most is current, the closest one", () => {
  expect(current("/p/DEMO", "DEMO")).toEqual(["Board"]);
  expect(current("/p/DEMO/t/DEMO-12", "DEMO")).toEqual(["Board"]);
  expect(current("/p/DEMO/settings", "DEMO")).toEqual(["Settings"]);
  expect(current("/p/DEMO/queue", "DEMO")).toEqual(["Queue"]);
  expect(current("/p/DEMO/inbox", "DEMO")).toEqual(["Needs you"]);
  expect(current("/projects", undefined)).toEqual(["Projects"]);
  expect(current("/elsewhere", "DEMO")).toEqual([]);
});

test("without a project there is only the project list", () => {
  expect(navLinks("/projects").map((link) => link.href)).toEqual(["/projects"]);
});
