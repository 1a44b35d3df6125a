import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { eventually } from "../eventually.ts";
import type { TreeMeans } from "../means.ts";
import type { Relay } from "../port.ts";
import { startSpawner } from "../spawner/spawner.ts";
import { type BwrapTools, createBwrapSandbox } from "./bwrap-sandbox.ts";
import { probeBwrap } from "./probe-bwrap.ts";

export const path = "/usr/local/bin:/usr/bin:/bin";

/** Nobody on any machine, and without any right. */
const stranger = { uid: 61_234, gid: 61_234 };

export interface Machine {
  who: string;
  isHere: boolean;
  problem: string | null;
  make(callback?: Relay | null): Promise<ReturnType<typeof assembleOn> extends Promise<infer Made> ? Made : never>;
}

/** Bubblewrap as whoever runs the tests and, where that is root, as an ordinary user besides. `shared` is for both. */
export async function machinesFor(shared: string): Promise<Machine[]> {
  chmodSync(shared, 0o755);
  const users = [{ who: process.getuid?.() === 0 ? "as root" : "as an ordinary user", user: null }];
  const strangers = process.getuid?.() === 0 ? [{ who: "as an ordinary user", user: stranger }] : [];
  return Promise.all(
    [...users, ...strangers].map(async ({ who, user }) => {
      const directory = join(shared, who.replaceAll(" ", "-"));
      mkdirSync(directory, { mode: 0o755 });
      if (user) chownSync(directory, user.uid, user.gid);
      const helper = user && { ...user, file: await helperForAll(shared) };
      const tools = await probe(directory, helper);
      const problem = "problem" in tools ? tools.problem : null;
      const make = (callback: Relay | null = null) => assembleOn({ tools: tools as BwrapTools, helper, callback });
      return { who, isHere: problem === null, problem, make };
    }),
  );
}

type Helper = { uid: number; gid: number; file: string } | null;

async function probe(directory: string, helper: Helper) {
  const spawner = await startSpawner(helper ?? {});
  const tools = await probeBwrap(spawner, {
    ...{ path, home: "/var/lib/runboard", directory },
    ...(helper ? { handOver: (place: string) => give(place, helper) } : {}),
  });
  await spawner.close();
  return tools;
}

async function assembleOn({ tools, helper, callback }: { tools: BwrapTools; helper: Helper; callback: Relay | null }) {
  const spawner = await startSpawner(helper ?? {});
  // An ordinary user has no control groups of its own here.
  const only: { only?: TreeMeans } = helper ? { only: "subreaper" } : {};
  const provide = () => createBwrapSandbox(spawner, { path, ...only, tools, callback });
  return {
    sandbox: provide(),
    successor: provide,
    crash: async () => {
      const before = spawner.helperPid() as number;
      process.kill(before, "SIGKILL");
      await eventually(() => ![before, null].includes(spawner.helperPid()));
    },
    close: () => spawner.close(),
    handOver: (directory: string) => helper && give(directory, helper),
  };
}

/** The helper in one file that everybody can read: the sources may lie in a home. */
async function helperForAll(shared: string): Promise<string> {
  const outfile = join(shared, "spawner-child.mjs");
  const entry = fileURLToPath(new URL("../spawner/spawner-child.ts", import.meta.url));
  await build({ entryPoints: [entry], outfile, bundle: true, platform: "node", format: "esm", logLevel: "error" });
  chmodSync(outfile, 0o644);
  return outfile;
}

function give(directory: string, { uid, gid }: { uid: number; gid: number }): void {
  execFileSync("chown", ["-R", `${uid}:${gid}`, directory]);
  // Made by mkdtemp for whoever runs the tests; the way there must be open.
  chmodSync(join(directory, ".."), 0o755);
  readdirSync(directory);
}
