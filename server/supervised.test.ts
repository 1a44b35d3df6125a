import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";

test("a process whose supervisor was gone before it could listen is asked to end all the same", async () => {
  const script = `
    while (process.connected) await new Promise((resolve) => setTimeout(resolve, 5));
    const { stopSignalsOfChild } = await import(${JSON.stringify(new URL("./supervised.ts", import.meta.url))});
    const { stopping, forced } = stopSignalsOfChild();
    process.stdout.write(String([stopping.aborted, forced.aborted]));
    process.exit(0);`;
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", script], {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  child.disconnect();
  const said = once(child.stdout!.setEncoding("utf8"), "data");
  expect(await said).toEqual(["true,true"]);
});

const waiting = `
  const { stopSignalsOfChild, untilDatabaseReady } = await import(${JSON.stringify(new URL("./supervised.ts", import.meta.url))});
  const { stopping } = stopSignalsOfChild();
  process.send("waits");
  await untilDatabaseReady(stopping);
  process.stdout.write("goes on", () => process.exit(3));`;

async function startWaiting() {
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", waiting], {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const said: string[] = [];
  child.stdout!.setEncoding("utf8").on("data", (text) => said.push(text));
  await once(child, "message");
  // Not "close", which does not come once the channel was let go from this side.
  const ended = Promise.all([once(child, "exit"), once(child.stdout!, "end")]).then(([exit]) => exit);
  return { child, said, ended };
}

test("a child goes on when it is told that the database is ready, and not before", async () => {
  const { child, said, ended } = await startWaiting();
  expect(said).toEqual([]);
  child.send({ type: "databaseReady" });
  expect(await ended).toEqual([3, null]);
  expect(said).toEqual(["goes on"]);
});

test.each(["asked to end", "left by its supervisor"])("a child %s before that ends without a word", async (how) => {
  const { child, said, ended } = await startWaiting();
  if (how === "asked to end") child.kill("SIGTERM");
  else child.disconnect();
  expect(await ended).toEqual([0, null]);
  expect(said).toEqual([]);
});
