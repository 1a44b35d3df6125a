/**
 * By which means a session is held: how its processes are found, and how what it asked for is enforced. Probed once
 * per orchestrator, recorded with every sandbox, shown to people.
 */
export interface Means {
  tree: TreeMeans;
  memory: MemoryMeans;
  cpu: CpuMeans;
}

/**
 * `cgroup-v2`, `cgroup-v1`: the kernel keeps the list of a session's processes; forking does not lead out of it.
 * `subreaper`: orphans become children of the session's wrapper, which stays as long as one lives.
 * `markers`: POSIX session, parentage, environment and output file; a process that sheds all four is not found.
 */
export const treeMeans = ["cgroup-v2", "cgroup-v1", "subreaper", "markers"] as const;
export type TreeMeans = (typeof treeMeans)[number];

/** `watchdog`: sampled several times a second, ended when above; a jump between two samples goes unseen. */
export type MemoryMeans = "cgroup-v2" | "cgroup-v1" | "watchdog";

/** `none`: a share of CPU that was asked for counts at the claim and is not enforced. */
export type CpuMeans = "cgroup-v2" | "cgroup-v1" | "none";

/** What a session may use at most; null: no limit. */
export interface Limits {
  /** Cores; 0.5 is half of one. */
  cpus: number | null;
  memoryBytes: number | null;
}
