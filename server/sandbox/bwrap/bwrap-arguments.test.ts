import { expect, test } from "vitest";
import { bwrapArguments, type Confinement } from "./bwrap-arguments.ts";

const given: Confinement = {
  work: "/s/clone",
  home: "/s/home",
  tmp: "/s/tmp",
  workingDirectory: "/s/clone/sub",
  system: {
    directories: ["/usr"],
    links: [{ path: "/bin", target: "usr/bin" }],
    etc: "/c/etc",
    etcDirectories: ["/etc/alternatives"],
    kernelSettings: ["/proc/sys", "/proc/mtrr"],
  },
  shown: ["/opt/bin"],
  links: [{ path: "/x/agent", target: "/opt/bin/agent" }],
  socketDirectories: ["/h/callback"],
  network: "none",
  terminal: "none",
};
const line = (more: Partial<Confinement> = {}) => ` ${bwrapArguments({ ...given, ...more }).join(" ")} `;

test("everything is its own, every right is dropped, and it dies with who started it", () => {
  for (const part of ["--unshare-all", "--unshare-user --disable-userns", "--uid 1000 --gid 1000", "--cap-drop ALL"])
    expect(line()).toContain(` ${part} `);
  for (const part of ["--die-with-parent", "--new-session", "--remount-ro /", "--chdir /s/clone/sub"])
    expect(line()).toContain(` ${part} `);
  expect(line()).not.toContain("--share-net");
});

test("three directories are writable at their places, and the temporary one as /tmp; the rest can be read", () => {
  const args = bwrapArguments(given);
  const bound = args.flatMap((arg, at) => (arg === "--bind" ? [`${args[at + 1]} ${args[at + 2]}`] : []));
  expect(bound).toEqual(["/s/tmp /tmp", "/s/clone /s/clone", "/s/home /s/home", "/s/tmp /s/tmp"]);
  for (const part of [
    "/usr /usr",
    "/c/etc /etc",
    "/etc/alternatives /etc/alternatives",
    "/opt/bin /opt/bin",
    "/h/callback /run/runboard/0",
  ])
    expect(line()).toContain(` --ro-bind ${part} `);
  expect(line()).toContain(" --symlink usr/bin /bin ");
  expect(line()).toContain(" --symlink /opt/bin/agent /x/agent ");
});

test("what a session may write comes after what is only shown, so that it is there wherever it lies", () => {
  const args = bwrapArguments(given);
  expect(args.indexOf("/s/clone")).toBeGreaterThan(args.indexOf("/opt/bin"));
  for (const setting of ["/proc/sys", "/proc/mtrr"])
    expect(args.indexOf(setting)).toBeGreaterThan(args.indexOf("--proc"));
});

test("the machine's network comes with its name servers, a terminal of its own with job control", () => {
  expect(line({ network: "host" })).toContain(" --unshare-all --share-net ");
  expect(line({ network: "host" })).toContain(" /etc/resolv.conf ");
  expect(line()).not.toContain("resolv.conf");
  expect(line({ terminal: "own" })).not.toContain("--new-session");
});
