import { describeAgent } from "../conformance/conformance.ts";
import { realClaude } from "../testing/programs.ts";

const program = realClaude();
describeAgent(program ? "the real Claude Code" : "the real Claude Code (not installed: npm test installs it)", {
  agent: "claude-code",
  program: program === null ? null : [program],
});
