// npm run campaign: see judge/campaign/options.ts for what can be asked. Ends with 1 when a promise was broken.

import { runCampaign } from "./campaign/campaign.ts";
import { parseOptions, usage } from "./campaign/options.ts";

const options = parseOptions(process.argv.slice(2));
if (options === null) {
  console.log(usage);
  process.exit(2);
}
process.exit((await runCampaign(options)) ? 0 : 1);
