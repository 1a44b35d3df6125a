import { expect, test } from "vitest";
import { groupPlaces } from "./cgroup-places.ts";

const v2Mount = "31 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate";

test("on a v2 machine our own group lies below the one mount", () => {
  const { unified, controllers } = groupPlaces("0::/user.slice/user-1000.slice/app.scope\n", v2Mount);
  expect(unified).toBe("/sys/fs/cgroup/user.slice/user-1000.slice/app.scope");
  expect(controllers.size).toBe(0);
});

test("in a container with a namespace of its own the mount is our group", () => {
  expect(groupPlaces("0::/\n", v2Mount).unified).toBe("/sys/fs/cgroup");
});

test("of v1 each controller has its place, also where two share one or only a part is mounted", () => {
  const mounts = [
    "34 31 0:30 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct",
    "35 31 0:31 /docker/abc /sys/fs/cgroup/mem\\040ory rw - cgroup cgroup rw,memory",
    "36 31 0:32 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw",
  ].join("\n");
  const { unified, controllers } = groupPlaces(
    "4:memory:/docker/abc/x\n2:cpu,cpuacct:/a:b\n3:pids:/p\n1:name=systemd:/s\n0::/u\n",
    mounts,
  );
  expect(unified).toBe("/sys/fs/cgroup/unified/u");
  expect(Object.fromEntries(controllers)).toEqual({
    memory: "/sys/fs/cgroup/mem ory/x",
    cpu: "/sys/fs/cgroup/cpu,cpuacct/a:b",
    cpuacct: "/sys/fs/cgroup/cpu,cpuacct/a:b",
  });
});

test("a group outside of what we can see is none", () => {
  expect(groupPlaces("0::/../other\n", v2Mount).unified).toBeNull();
  expect(groupPlaces("0::/elsewhere\n", v2Mount.replace(" / ", " /here ")).unified).toBeNull();
});
