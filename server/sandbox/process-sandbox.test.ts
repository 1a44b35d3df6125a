import { describeSandbox } from "./conformance.ts";
import { createProcessSandbox } from "./process-sandbox.ts";
import { startSpawner } from "./spawner.ts";

describeSandbox("process", async () => {
  const spawner = await startSpawner();
  return {
    sandbox: createProcessSandbox(spawner, { path: "/usr/local/bin:/usr/bin:/bin" }),
    crash: () => process.kill(spawner.helperPid() as number, "SIGKILL"),
    close: () => spawner.close(),
  };
});
