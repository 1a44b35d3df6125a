import { type Operation, operations } from "@/lib/catalogue.ts";
import { inputJsonSchema, type JsonSchema, outputJsonSchema } from "@/lib/mcp/tool-schema.ts";

/** A tool as the protocol lists it. */
export interface ToolListing {
  name: string;
  title: string;
  description: string;
  inputSchema: JsonSchema;
  outputSchema: JsonSchema;
  annotations: Record<string, unknown>;
}

export interface Tool {
  operation: Operation;
  /** How it is told to a model. Made when first asked for: most starts need none of the schemas. */
  listing(): ToolListing;
}

/** `task.createAndStart` → `task_create_and_start` */
export const toolName = ({ noun, verb }: Pick<Operation, "noun" | "verb">): string =>
  `${noun}_${verb.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;

/** A page for a model is shorter than one for a program. */
export const pageLimit = 20;

/** One tool an operation, but for those whose entry says why not. */
export const tools: ReadonlyMap<string, Tool> = new Map(
  operations
    .filter(({ meta }) => meta.without?.mcp === undefined)
    .map((operation) => [toolName(operation), { operation, listing: once(() => listingOf(operation)) }]),
);

function once<Result extends object>(make: () => Result): () => Result {
  let made: Result | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function listingOf(operation: Operation): ToolListing {
  const { meta, route, inputSchema, outputSchema } = operation;
  const input = inputJsonSchema(inputSchema);
  const { limit, cursor } = input.properties ?? {};
  if (limit && cursor) limit.default = pageLimit;
  return {
    name: toolName(operation),
    title: route.summary,
    description: `${route.summary}.${cursor ? " Comes in pages: pass nextCursor as cursor for the next one." : ""}`,
    inputSchema: input,
    outputSchema: outputJsonSchema(outputSchema),
    annotations: {
      readOnlyHint: meta.effect === "read",
      destructiveHint: meta.isDestructive === true,
      idempotentHint: ["GET", "PUT", "DELETE"].includes(route.method),
      openWorldHint: false,
    },
  };
}
