import { readFileSync } from "node:fs";

/** Where our own groups are mounted: the unified hierarchy's (v2), and by controller those of v1. */
export interface GroupPlaces {
  unified: string | null;
  controllers: Map<string, string>;
}

export function readGroupPlaces(): GroupPlaces {
  try {
    return groupPlaces(readFileSync("/proc/self/cgroup", "utf8"), readFileSync("/proc/self/mountinfo", "utf8"));
  } catch {
    return { unified: null, controllers: new Map() };
  }
}

/** From the texts of /proc/self/cgroup and /proc/self/mountinfo. What is not mounted here is left out. */
export function groupPlaces(cgroup: string, mountinfo: string): GroupPlaces {
  const mounts = mountinfo.split("\n").flatMap(readMount);
  const places: GroupPlaces = { unified: null, controllers: new Map() };
  for (const line of cgroup.split("\n")) {
    const [id, names = "", ...rest] = line.split(":");
    const path = rest.join(":");
    if (!path.startsWith("/") || path.startsWith("/..")) continue;
    if (id === "0" && names === "") {
      places.unified = placeOf(
        mounts.filter(({ type }) => type === "cgroup2"),
        path,
      );
      continue;
    }
    const ours = mounts.filter(
      ({ type, options }) => type === "cgroup" && names.split(",").every((n) => options.has(n)),
    );
    const place = placeOf(ours, path);
    for (const name of names.split(",")) if (place !== null) places.controllers.set(name, place);
  }
  return places;
}

interface Mount {
  root: string;
  point: string;
  type: string;
  options: Set<string>;
}

/** `36 35 98:0 /root /point rw - type source options`, with blanks as \040. */
function readMount(line: string): Mount[] {
  const [head = "", tail = ""] = line.split(" - ");
  const [, , , root, point] = head.split(" ");
  const [type = "", , options = ""] = tail.split(" ");
  if (root === undefined || point === undefined || !type.startsWith("cgroup")) return [];
  return [{ root: unescapeBlanks(root), point: unescapeBlanks(point), type, options: new Set(options.split(",")) }];
}

const unescapeBlanks = (path: string): string =>
  path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

function placeOf(mounts: Mount[], path: string): string | null {
  for (const { root, point } of mounts) {
    if (root === "/") return path === "/" ? point : `${point}${path}`;
    if (path === root) return point;
    if (path.startsWith(`${root}/`)) return `${point}${path.slice(root.length)}`;
  }
  return null;
}
