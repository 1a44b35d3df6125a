import { type Found, processTable } from "../processes.ts";

export const targets = [
  "supervisor",
  "web",
  "orchestrator",
  "helper",
  "wrapper",
  "child",
  "postmaster",
  "backend",
] as const;
export type Target = (typeof targets)[number];

/** The processes of one product by what they are. `homes`: its own and that of a second orchestrator. */
export function processesOf(homes: readonly string[]): Record<Target, Found[]> {
  const table = processTable();
  const has = (found: Found, name: string) =>
    homes.some((home) => `\0${found.environment}`.includes(`\0${name}=${home}`));
  const ours = table.filter((found) => has(found, "RUNBOARD_HOME"));
  const orchestrator = ours.filter(({ command }) => command.includes("/orchestrator.js"));
  const sessions = table.filter((found) => has(found, "HOME") && found.environment.includes("RUNBOARD_SESSION="));
  const isWrapper = ({ command }: Found) => command.startsWith("/bin/sh -c ") && command.includes(" runboard ");
  const postmaster = table.filter(({ command }) =>
    homes.some((home) => command.includes(`postgres -D ${home}/postgres/data`)),
  );
  const childOf = (parents: readonly Found[]) => (found: Found) =>
    parents.some(({ pid }) => pid === found.parentPid) && !parents.includes(found);
  return {
    supervisor: ours.filter(({ command }) => command.includes("/main.js")),
    web: ours.filter(({ command }) => command.includes("/web.js")),
    orchestrator,
    helper: table.filter(({ command }) => command.includes("spawner-child.js")).filter(childOf(orchestrator)),
    wrapper: sessions.filter(isWrapper),
    child: sessions.filter((found) => !isWrapper(found)),
    postmaster: postmaster.filter(({ parentPid }) => !postmaster.some(({ pid }) => pid === parentPid)),
    backend: table.filter(childOf(postmaster)),
  };
}
