/** All that a confined command sees of the machine, and how. Paths are absolute and the same inside as outside, unless said. */
export interface Confinement {
  /** The session's own: writable. */
  work: string;
  home: string;
  /** At its place, as /tmp and as /var/tmp. */
  tmp: string;
  workingDirectory: string;
  system: SystemPlaces;
  /** Directories and files that are shown read-only besides the system's. */
  shown: readonly string[];
  links: readonly Link[];
  /** Directories of sockets, shown as `socketPlace(n)`. */
  socketDirectories: readonly string[];
  network: "none" | "host";
  /** `own`: a terminal that nobody else reads; the command keeps it as its controlling terminal. */
  terminal: "none" | "own";
}

export interface SystemPlaces {
  directories: readonly string[];
  links: readonly Link[];
  /** Of ours, shown as /etc; it holds an empty directory for each of these directories of the machine's /etc. */
  etc: string;
  etcDirectories: readonly string[];
  /** What root may write of the machine's /proc without any capability: the confined user is root outside where Runboard is. */
  kernelSettings: readonly string[];
}

/** `path` is a link to `target` inside. */
export interface Link {
  path: string;
  target: string;
}

/** Whom the command runs as inside, whoever runs Runboard. */
export const insideId = "1000";
/** Where that user's home is by /etc/passwd: a link to the session's, whose place differs. */
export const passwdHome = "/home/runboard";

export const socketPlace = (index: number): string => `/run/runboard/${index}`;

/**
 * The arguments of bubblewrap, up to the command. What comes later covers what came before, so that the session's own directories
 * are there wherever they lie. Everything is its own (processes, network, IPC, host name, control groups, users) and a command can make
 * no further user namespaces, in which it would be root again. It dies with its parent: the session's wrapper, or its driver.
 */
export function bwrapArguments(confinement: Confinement): string[] {
  const { system, home, tmp, work, network, terminal } = confinement;
  return [
    ...["--unshare-all", ...(network === "host" ? ["--share-net"] : [])],
    ...["--unshare-user", "--disable-userns", "--uid", insideId, "--gid", insideId, "--cap-drop", "ALL"],
    ...["--die-with-parent", ...(terminal === "own" ? [] : ["--new-session"])],
    ...["--proc", "/proc", ...system.kernelSettings.flatMap(readOnly)],
    ...["--dev", "/dev", "--tmpfs", "/dev/shm", "--remount-ro", "/dev"],
    ...["--bind", tmp, "/tmp", "--dir", "/var", "--symlink", "/tmp", "/var/tmp"],
    ...system.directories.flatMap(readOnly),
    ...system.links.flatMap(link),
    ...["--ro-bind", system.etc, "/etc", ...system.etcDirectories.flatMap(readOnly)],
    ...(network === "host" ? ["--ro-bind-try", "/etc/resolv.conf", "/etc/resolv.conf"] : []),
    ...confinement.shown.flatMap(readOnly),
    ...confinement.links.flatMap(link),
    ...confinement.socketDirectories.flatMap((directory, index) => ["--ro-bind", directory, socketPlace(index)]),
    ...[work, home, tmp].flatMap((path) => ["--bind", path, path]),
    ...["--symlink", home, passwdHome, "--remount-ro", "/", "--chdir", confinement.workingDirectory],
  ];
}

const readOnly = (path: string): string[] => ["--ro-bind", path, path];
const link = ({ path, target }: Link): string[] => ["--symlink", target, path];
