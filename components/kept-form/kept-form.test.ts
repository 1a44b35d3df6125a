import { beforeEach, expect, it, vi } from "vitest";
import { readForm, writeForm } from "@/components/kept-form/kept-form.ts";

const empty = { title: "", tags: [] as string[], spec: { command: "" } };
const typed = { title: "Build", tags: ["a"], spec: { command: "make" } };

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal("sessionStorage", {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, text: string) => void kept.set(name, text),
    removeItem: (name: string) => void kept.delete(name),
  });
});

it("is there again as it was left, each form by itself, until it is as it was opened", () => {
  expect(readForm("a", empty)).toBeNull();
  writeForm("a", typed, empty);
  expect(readForm("a", empty)).toEqual(typed);
  expect(readForm("b", empty)).toBeNull();
  writeForm("a", empty, empty);
  expect(readForm("a", empty)).toBeNull();
});

it("is not taken for a form with other fields", () => {
  writeForm("a", typed, empty);
  expect(readForm("a", { ...empty, spec: { ...empty.spec, args: "" } })).toBeNull();
  expect(readForm("a", { ...empty, area: "" })).toBeNull();
});

it("does without storage", () => {
  const closed = () => {
    throw new Error("denied");
  };
  vi.stubGlobal("sessionStorage", { getItem: closed, setItem: closed, removeItem: closed });
  writeForm("a", typed, empty);
  expect(readForm("a", empty)).toBeNull();
});
