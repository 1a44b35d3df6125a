import { join } from "node:path";
import { describeAgent } from "../conformance/conformance.ts";

// The fake has no model, so no key; it is what tests of everything above the driver run.
const program = [join(import.meta.dirname, "fake-claude.mjs")];
describeAgent("the fake as claude-code", { agent: "claude-code", program, lacks: ["key"] });
describeAgent("the fake as claude-agent", { agent: "claude-agent", program, lacks: ["key"] });
