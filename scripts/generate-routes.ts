// Writes the catalogue as JSON for those that are to start without a schema library: the routes for the browser's client,
// the commands for the command line.
import { mkdirSync, writeFileSync } from "node:fs";
import { minifyContractRouter } from "@orpc/contract";
import { contract } from "../lib/contract.ts";
import { describeCatalogue } from "../server/cli/describe-catalogue.ts";

mkdirSync("lib/generated", { recursive: true });
writeFileSync("lib/generated/routes.json", JSON.stringify(minifyContractRouter(contract)));
writeFileSync("lib/generated/cli.json", JSON.stringify(describeCatalogue(contract)));
