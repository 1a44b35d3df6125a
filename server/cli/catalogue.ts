import description from "@/lib/generated/cli.json";

/** One input field of an operation, as an argument or an option takes it. */
export interface Field {
  /** As the API calls it. */
  name: string;
  kind: "text" | "number" | "boolean" | "list" | "object";
  isRequired: boolean;
  /** It stands in the route. */
  isInPath: boolean;
  isNullable?: true;
  default?: unknown;
  description?: string;
  /** The words that are taken; of a list: for each of its entries. */
  choices?: string[];
  /** Words that stand for numbers, in their order. */
  words?: Record<string, number>;
  /** The entries of a list are objects, so it comes as JSON. */
  isOfObjects?: true;
  /** Of an object whose names are known: what each of them takes. */
  properties?: Record<string, Value>;
}

/** What is taken, whoever asks for it. */
export type Value = Omit<Field, "name" | "isRequired" | "isInPath">;

/** One operation of the catalogue. Without the schemas: reading them would cost most of a command's time. */
export interface CliOperation {
  /** As the catalogue calls it: `task.createAndStart`. */
  name: string;
  noun: string;
  verb: string;
  method: string;
  path: string;
  summary: string;
  isWrite: boolean;
  isDestructive: boolean;
  /** A repeated call with the same Idempotency-Key changes nothing and gets the same answer. */
  isKeyed: boolean;
  /** It takes a `cursor`, and its answer has `items` and `nextCursor`. A list without pages has them, too, and takes none. */
  isPaged: boolean;
  fields: Field[];
}

/** Every operation that is a command, written by scripts/generate-routes.ts from the catalogue. */
export const catalogue = description as CliOperation[];
