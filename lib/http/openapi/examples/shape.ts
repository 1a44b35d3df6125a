import type { ContractProcedure, InferSchemaInput } from "@orpc/contract";
import type { Contract } from "@/lib/contract.ts";

type ExampleOf<Entry> =
  Entry extends ContractProcedure<infer Input, infer Output, infer _Errors, infer _Meta>
    ? { input: InferSchemaInput<Input>; output: InferSchemaInput<Output> }
    : never;

/** A call and its answer for every operation of some nouns: one that is missing does not compile. */
export type ExamplesOf<Noun extends keyof Contract> = {
  [Key in Noun]: { [Verb in keyof Contract[Key]]: ExampleOf<Contract[Key][Verb]> };
};
