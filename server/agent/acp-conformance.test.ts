import { fileURLToPath } from "node:url";
import { describeAgent } from "./conformance/conformance.ts";
import { realAcpAgent } from "./testing/acp-programs.ts";
import { realClaude } from "./testing/programs.ts";

const standIn = [process.execPath, fileURLToPath(new URL("testing/acp-stand-in.mjs", import.meta.url))];

// The protocol has no word for a prompt in the middle of a turn, nor for why something was refused.
const lacks = ["steering", "words"] as const;

describeAgent("acp, the stand-in", { agent: "acp", program: standIn, lacks: [...lacks, "key"] });

describeAgent("acp, Claude's adapter, the real one", {
  ...{ agent: "acp", program: realAcpAgent(realClaude()) },
  lacks: [...lacks, "laterCost"],
});
