/**
 * By itself Claude Code obeys what the clone says in `.claude` and `.mcp.json`: hooks that run when it starts and allow what they like,
 * permissions, servers, agents and skills that ask for nothing. That is the word of whoever wrote to the repository, an earlier agent
 * perhaps, and the project's people have said what is allowed. So it reads the settings of the session's own home and no others.
 *
 * The clone's CLAUDE.md, its `.claude/CLAUDE.md` and its `.claude/rules` are left out with them, as they are taken for settings too; as
 * those of a further directory, which the clone is to it then, they are read (2.1). Those in directories below it are not.
 */
export const ownSettings = (work: string) => ({
  // An option takes all that follows up to the next one: the directory is not the last.
  args: ["--add-dir", work, "--setting-sources", "user", "--strict-mcp-config"],
  environment: { CLAUDE_CODE_ADDITIONAL_DIRECTORIES_CLAUDE_MD: "1" },
});
