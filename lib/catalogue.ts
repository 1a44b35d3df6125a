import type { z } from "zod";
import { contract } from "@/lib/contract.ts";
import type { OperationMeta } from "@/lib/operation.ts";

/** One entry of the catalogue with its name: what every surface loops over. */
export interface Operation {
  noun: string;
  verb: string;
  /** `task.createBatch` */
  name: string;
  meta: OperationMeta;
  route: { method: string; path: `/${string}`; summary: string; successStatus: number; tags: string[] };
  inputSchema: z.ZodType;
  outputSchema: z.ZodType;
}

type Entry = { "~orpc": Omit<Operation, "noun" | "verb" | "name"> };

/** The whole catalogue, in its order. */
export const operations: readonly Operation[] = Object.entries(contract).flatMap(([noun, entries]) =>
  Object.entries(entries as unknown as Record<string, Entry>).map(([verb, entry]) => {
    const { meta, route, inputSchema, outputSchema } = entry["~orpc"];
    return { noun, verb, name: `${noun}.${verb}`, meta, route, inputSchema, outputSchema };
  }),
);
