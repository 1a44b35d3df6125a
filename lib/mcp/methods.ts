import { z } from "zod";
import { callTool } from "@/lib/mcp/call-tool.ts";
import { instructionsFor } from "@/lib/mcp/instructions.ts";
import { protocolVersions, RpcError, rpcCodes } from "@/lib/mcp/protocol.ts";
import { listResources, readResource, resourceTemplates } from "@/lib/mcp/resources.ts";
import { tools } from "@/lib/mcp/tools.ts";
import { listingFor, toolsFor, type Visitor } from "@/lib/mcp/visitor.ts";

type Method = (params: Record<string, unknown>, visitor: Visitor) => unknown;

const callParams = z.object({ name: z.string(), arguments: z.record(z.string(), z.unknown()).default({}) });

/** What is answered, by the protocol's names. Nothing is kept from one request to the next, so a restart loses nothing. */
export const methods: Readonly<Record<string, Method>> = {
  initialize: ({ protocolVersion }, { scope }) => ({
    protocolVersion: protocolVersions.find((version) => version === protocolVersion) ?? protocolVersions[0],
    capabilities: { tools: {}, resources: {} },
    serverInfo: { name: "runboard", title: "Runboard", version: "1" },
    instructions: instructionsFor(scope),
  }),
  ping: () => ({}),
  "tools/list": (_, visitor) => ({ tools: toolsFor(visitor).map((tool) => listingFor(visitor, tool)) }),
  "tools/call": (params, visitor) => {
    const { name, arguments: given } = parsed(callParams, params);
    const tool = tools.get(name);
    if (tool === undefined) throw new RpcError(rpcCodes.invalidParams, `There is no tool ${name}.`);
    return callTool(tool, given, visitor);
  },
  "resources/list": async (_, visitor) => ({ resources: await listResources(visitor) }),
  "resources/templates/list": () => ({ resourceTemplates }),
  "resources/read": async (params, visitor) => {
    const { uri } = parsed(z.object({ uri: z.string() }), params);
    return { contents: [await readResource(uri, visitor)] };
  },
};

function parsed<Schema extends z.ZodType>(schema: Schema, params: unknown): z.infer<Schema> {
  const read = schema.safeParse(params);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new RpcError(rpcCodes.invalidParams, `${issue?.path.join(".")}: ${issue?.message}`);
}
