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
