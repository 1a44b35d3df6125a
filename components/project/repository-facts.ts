import { shellQuote } from "@/components/project/derive-project.ts";
import type { RepositoryCheck } from "@/lib/project/schema.ts";

/** One line under the repository. */
export interface RepositoryFact {
  level: "good" | "attention";
  text: string;
  /** What to do, and the command for it. */
  fix?: string;
  command?: string;
}

/** What was found in a usable repository. `path` is null for a URL. */
export function factsOf(check: RepositoryCheck, path: string | null): RepositoryFact[] {
  return [
    { level: "good", text: path === null ? "Reachable with git" : "A git repository" },
    ...(check.defaultBranch ? [{ level: "good" as const, text: `Default branch ${check.defaultBranch}` }] : []),
    ...cleanFact(check, path),
    ...writeFact(check, path),
  ];
}

function cleanFact({ isClean }: RepositoryCheck, path: string | null): RepositoryFact[] {
  if (isClean === null || path === null) return [];
  if (isClean) return [{ level: "good", text: "Nothing uncommitted" }];
  return [
    {
      level: "attention",
      text: "Uncommitted changes",
      fix: "Sessions start from the last commit and will not see them. To take them in:",
      command: `git -C ${shellQuote(path)} commit --all --message "Work in progress"`,
    },
  ];
}

function writeFact({ isWritable }: RepositoryCheck, path: string | null): RepositoryFact[] {
  if (path === null || isWritable === null) return [];
  if (isWritable) return [{ level: "good", text: "Writable" }];
  return [
    {
      level: "attention",
      text: "Not writable",
      fix: "Finished work cannot be put into it as branches. To let its owner's group write:",
      command: `chmod -R g+w ${shellQuote(path)}`,
    },
  ];
}
