import { version } from "../package.json";
import { interrupted } from "./cli/failure.ts";
import { runCli } from "./cli/run-cli.ts";

// `runboard`: the catalogue of operations as commands. It talks to the running server over HTTP and needs nothing of it here.

// Whoever reads has had enough (`| head`): that is no failure.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
}
process.once("SIGINT", () => {
  if (process.stderr.isTTY) process.stderr.write("\u001b[0m\n");
  process.exit(interrupted);
});
process.exitCode = await runCli(process.argv.slice(2), version);
