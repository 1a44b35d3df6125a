import type { Contract } from "@/lib/contract.ts";
import { boards } from "@/lib/http/openapi/examples/boards.ts";
import { rules } from "@/lib/http/openapi/examples/rules.ts";
import { runs } from "@/lib/http/openapi/examples/runs.ts";
import type { ExamplesOf } from "@/lib/http/openapi/examples/shape.ts";

const all: ExamplesOf<keyof Contract> = { ...boards, ...runs, ...rules };

export interface Example {
  input: Record<string, unknown>;
  output: unknown;
}

/** The example of one operation. */
export const exampleOf = (noun: string, verb: string): Example =>
  (all as unknown as Record<string, Record<string, Example>>)[noun]![verb]!;
