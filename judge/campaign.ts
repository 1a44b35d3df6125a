// npm run campaign: see judge/campaign/options.ts for what can be asked. Ends with 1 when a promise was broken, or a seeded bug not found.
import { setUp, testing } from "../scripts/setup.mjs";
import { bugs } from "./campaign/bugs.ts";
import { runCampaign } from "./campaign/campaign.ts";
import { huntBugs } from "./campaign/hunt.ts";
import { parseOptions, usage } from "./campaign/options.ts";

const options = parseOptions(process.argv.slice(2));
const names = bugs
  .map(({ name }) => name)
  .filter((name) => options?.bug === "all" || options?.bug?.split(",").includes(name));
if (options === null || (options.bug !== undefined && names.length === 0)) {
  console.log(`${usage}\nSeeded bugs: ${bugs.map(({ name }) => name).join(", ")}`);
  process.exit(2);
}
await setUp(testing);
const isGood =
  options.bug === undefined
    ? (await runCampaign(options)).every(({ violations }) => violations.length === 0)
    : (await huntBugs(options, names)).every(({ foundIn }) => foundIn !== null);
process.exit(isGood ? 0 : 1);
