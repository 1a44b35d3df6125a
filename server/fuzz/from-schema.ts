import fc from "fast-check";

/** A JSON schema as the API's document has it. */
export interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema | boolean;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  maxItems?: number;
}

/** Values for fields by their name: things that are there. */
export type Known = Record<string, readonly string[]>;

const odd = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    "\u0000",
    "\ud800",
    "%00",
    "../..",
    '\'; DROP TABLE "Task"; --',
    "a".repeat(70_000),
    "\u202e",
    "NaN",
  ),
  fc.constantFrom(-1, 0, 1e308, Number.MAX_SAFE_INTEGER + 2, 0.1),
  fc.constantFrom(null, true, [], {}, [[[[]]]], { __proto__: 1, constructor: 1 }),
  fc.jsonValue({ maxDepth: 3 }),
);

/** What fits a schema for the most part, and now and then what does not. */
export function valueFor(schema: Schema, name: string, known: Known): fc.Arbitrary<unknown> {
  const fitting = fittingValue(schema, name, known);
  return fc.oneof({ arbitrary: fitting, weight: 12 }, { arbitrary: odd, weight: 1 });
}

function fittingValue(schema: Schema, name: string, known: Known): fc.Arbitrary<unknown> {
  const there = known[name];
  if (there !== undefined && schema.items === undefined) return fc.constantFrom(...there);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((one) => fittingValue(one, name, known)));
  switch (schema.type) {
    case "string":
      return textOf(schema);
    case "integer":
      return fc.integer({ min: Math.max(schema.minimum ?? -9, -1e9), max: Math.min(schema.maximum ?? 99, 1e9) });
    case "number":
      return fc.double({ min: schema.minimum ?? -9, max: Math.min(schema.maximum ?? 99, 1e9), noNaN: true });
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array":
      return fc.array(valueFor(schema.items ?? {}, name, known), { maxLength: Math.min(schema.maxItems ?? 4, 4) });
    case "object":
      return objectOf(schema, known);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function textOf({ format, minLength = 0, maxLength = 30 }: Schema): fc.Arbitrary<string> {
  if (format === "uuid") return fc.uuid();
  if (format === "date-time") return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  return fc.string({ unit: "grapheme", minLength: Math.min(minLength, 100), maxLength: Math.min(maxLength, 100) });
}

/** Required fields for the most part, the others now and then, and rarely one that nobody knows. */
export function objectOf(
  { properties = {}, required = [] }: Schema,
  known: Known,
): fc.Arbitrary<Record<string, unknown>> {
  const fields = Object.entries(properties).map(([name, schema]) =>
    fc.oneof(
      {
        arbitrary: valueFor(schema, name, known).map((value) => [[name, value]]),
        weight: required.includes(name) ? 30 : 1,
      },
      { arbitrary: fc.constant([]), weight: 2 },
    ),
  );
  const surprise = fc.oneof(
    { arbitrary: fc.constant([]), weight: 20 },
    { arbitrary: odd.map((value) => [["surprise", value]]), weight: 1 },
  );
  return fc.tuple(...fields, surprise).map((entries) => Object.fromEntries(entries.flat() as [string, unknown][]));
}
