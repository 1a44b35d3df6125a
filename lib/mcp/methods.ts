import { z } from "zod";
import type { Caller } from "@/lib/actor.ts";
import { callTool } from "@/lib/mcp/call-tool.ts";
import { instructionsFor } from "@/lib/mcp/instructions.ts";
import { protocolVersions, RpcError, rpcCodes } from "@/lib/mcp/protocol.ts";
import { tools } from "@/lib/mcp/tools.ts";

type Method = (params: Record<string, unknown>, caller: Caller) => unknown;

const callParams = z.object({ name: z.string(), arguments: z.record(z.string(), z.unknown()).default({}) });

/** What is answered, by the protocol's names. Nothing is kept from one request to the next, so a restart loses nothing. */
export const methods: Readonly<Record<string, Method>> = {
  initialize: ({ protocolVersion }, caller) => ({
    protocolVersion: protocolVersions.find((version) => version === protocolVersion) ?? protocolVersions[0],
    capabilities: { tools: {} },
    serverInfo: { name: "runboard", title: "Runboard", version: "1" },
    instructions: instructionsFor(caller),
  }),
  ping: () => ({}),
  "tools/list": () => ({ tools: [...tools.values()].map(({ listing }) => listing) }),
  "tools/call": (params, caller) => {
    const { name, arguments: given } = parsed(callParams, params);
    const tool = tools.get(name);
    if (tool === undefined) throw new RpcError(rpcCodes.invalidParams, `There is no tool ${name}.`);
    return callTool(tool, given, caller);
  },
};

function parsed<Schema extends z.ZodType>(schema: Schema, params: unknown): z.infer<Schema> {
  const read = schema.safeParse(params);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new RpcError(rpcCodes.invalidParams, `${issue?.path.join(".")}: ${issue?.message}`);
}
