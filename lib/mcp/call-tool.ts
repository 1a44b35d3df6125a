import { type DomainError, toDomainError } from "@/lib/errors.ts";
import { invalidInput } from "@/lib/invalid-input.ts";
import { invoke } from "@/lib/invoke.ts";
import { logger } from "@/lib/log.ts";
import { pageLimit, type Tool } from "@/lib/mcp/tools.ts";
import { knownOf, type Visitor } from "@/lib/mcp/visitor.ts";
import { nextSteps } from "@/lib/next-steps.ts";

export interface ToolResult {
  content: { type: "text"; text: string }[];
  structuredContent?: unknown;
  isError?: true;
}

/** What fits into a conversation; the whole of it is in structuredContent. */
const textMaxLength = 60_000;

/** Calls an operation as HTTP would. A refusal is a result that says what to do next, so that an agent can. */
export async function callTool(tool: Tool, given: Record<string, unknown>, visitor: Visitor): Promise<ToolResult> {
  const { noun, verb, inputSchema, outputSchema } = tool.operation;
  try {
    const parsed = inputSchema.safeParse(withShortPage(inputSchema, { ...knownOf(visitor, tool), ...given }));
    if (!parsed.success) throw invalidInput(parsed.error.issues);
    const answer = outputSchema.parse(await invoke(noun, verb, parsed.data, { caller: visitor.caller }));
    return { content: [{ type: "text", text: cut(JSON.stringify(answer)) }], structuredContent: answer };
  } catch (thrown) {
    const error = toDomainError(thrown);
    if (error.code === "INTERNAL") logger.error({ err: thrown }, "a tool failed");
    return refusal(error);
  }
}

/** `limit` where the operation has pages and the caller did not say how long. */
function withShortPage(schema: Tool["operation"]["inputSchema"], given: Record<string, unknown>) {
  const { shape } = schema as { shape?: object };
  const hasPages = shape !== undefined && "limit" in shape && "cursor" in shape;
  return hasPages ? { limit: pageLimit, ...given } : given;
}

function cut(text: string): string {
  if (text.length <= textMaxLength) return text;
  const left = text.length - textMaxLength;
  return `${text.slice(0, textMaxLength)}\n… ${left} characters were cut: ask for less, or for a page.`;
}

function refusal({ body, code }: DomainError): ToolResult {
  const text = JSON.stringify({ ...body, nextStep: nextSteps[code] });
  return { content: [{ type: "text", text }], isError: true };
}
