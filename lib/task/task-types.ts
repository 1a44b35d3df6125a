/** What can carry out a task. Free of zod, so that the browser may read it: the chat completes `type:` from it. */
export const taskTypes = ["cli", "claude-code", "claude-agent", "codex", "gemini", "opencode", "acp"] as const;
