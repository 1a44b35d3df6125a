import { describe, expect, it } from "vitest";
import type { Field } from "./catalogue.ts";
import { fieldValue, stdinOnce } from "./field-value.ts";

const field = (kind: Field["kind"], more: Partial<Field> = {}): Field => ({
  name: "it",
  kind,
  isRequired: false,
  isInPath: false,
  ...more,
});
const value = (one: Field, ...given: string[]) => fieldValue(one, given, stdinOnce('["from","stdin"]\n'));
const refused = (one: Field, ...given: string[]) => {
  try {
    return `taken: ${JSON.stringify(value(one, ...given))}`;
  } catch (thrown) {
    return (thrown as Error).message;
  }
};

describe("what was typed becomes what the API takes", () => {
  const statuses = { choices: ["QUEUED", "TIMED_OUT"] };
  const settings: Partial<Field> = {
    properties: {
      n: { kind: "number" },
      is: { kind: "boolean" },
      not: { kind: "number", isNullable: true },
      t: { kind: "text" },
    },
  };
  const priority = { words: { low: 1, medium: 2, high: 3 } };
  it.each<[string, Field, string[], unknown]>([
    ["text, the last one", field("text"), ["a", "b"], "b"],
    ["text from stdin, without its last line end", field("text"), ["-"], '["from","stdin"]'],
    ["a number", field("number"), ["1.5"], 1.5],
    ["a priority by its word", field("number", priority), ["High"], 3],
    ["a priority by its number", field("number", priority), ["0"], 0],
    ["the word many say for medium", field("number", priority), ["normal"], 2],
    ["on", field("boolean"), ["on"], true],
    ["off", field("boolean"), ["false"], false],
    ["a word in small letters and with -", field("text", statuses), ["timed-out"], "TIMED_OUT"],
    ["a list with commas, several times", field("list"), ["a, b", "c"], ["a", "b", "c"]],
    ["a list of words", field("list", statuses), ["queued,timed_out"], ["QUEUED", "TIMED_OUT"]],
    ["a list as JSON", field("list"), ['["a,b"]'], ["a,b"]],
    ["a list from stdin", field("list", { isOfObjects: true }), ["-"], ["from", "stdin"]],
    ["a list in the object of the API", field("list", { isOfObjects: true }), ['{"it":[{}]}'], [{}]],
    ["an object as JSON", field("object"), ['{"a":1}'], { a: 1 }],
    [
      "an object by pairs, which are text",
      field("object"),
      ["a=true", "b=x=y", 'c=["z"]', "d:=1"],
      { a: "true", b: "x=y", c: ["z"], d: 1 },
    ],
    [
      "an object by pairs whose names are known",
      field("object", settings),
      ["n=1", "is=on", "not=null", "t=true"],
      { n: 1, is: true, not: null, t: "true" },
    ],
  ])("%s", (_, one, given, expected) => {
    expect(value(one, ...given)).toEqual(expected);
  });

  it("says what was expected where it cannot", () => {
    expect(refused(field("number"), "many")).toBe('it: expected a number, not "many".');
    expect(refused(field("number"), "")).toContain("a number");
    expect(refused(field("number", priority), "hihg")).toContain("did you mean high?");
    expect(refused(field("boolean"), "perhaps")).toContain("on or off");
    expect(refused(field("text", statuses), "queud")).toContain("did you mean QUEUED?");
    expect(refused(field("object"), "{broken")).toContain("not valid");
    expect(refused(field("object"), "words")).toContain("name=value");
    expect(refused(field("object", { properties: { network: { kind: "text" } } }), "netwrk=x")).toContain(
      "Did you mean network?",
    );
    expect(refused(field("object"), "a:=words")).toContain("JSON behind a:=");
    expect(refused(field("list", { isOfObjects: true }), "a,b")).toContain("JSON, @file or -");
    expect(refused(field("object"), "@/no/such/file")).toContain("ENOENT");
  });
});
