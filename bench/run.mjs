// npm run bench -- <name> […]: one command per benchmark.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";

const [name = "", ...rest] = process.argv.slice(2);
const names = readdirSync("bench")
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.slice(0, -3));
if (!existsSync(`bench/${name}.ts`)) {
  console.log(`npm run bench -- <${names.join(" | ")}>`);
  process.exit(2);
}
process.exit(
  spawnSync(process.execPath, ["--import", "tsx", `bench/${name}.ts`, name, ...rest], { stdio: "inherit" }).status ?? 1,
);
