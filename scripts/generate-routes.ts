// Writes the catalogue as JSON for those that are to start without a schema library: the routes for the browser's client,
// the commands for the command line.
import { mkdirSync, writeFileSync } from "node:fs";
import { minifyContractRouter } from "@orpc/contract";
import { contract } from "../lib/contract.ts";
import { openApiDocument } from "../lib/http/openapi/document.ts";
import { describeCatalogue } from "../server/cli/describe-catalogue.ts";
import { clientTypes } from "./client-types/client-types.ts";

mkdirSync("lib/generated", { recursive: true });
writeFileSync("lib/generated/routes.json", JSON.stringify(minifyContractRouter(contract), withoutMeta));
writeFileSync("lib/generated/cli.json", JSON.stringify(describeCatalogue(contract)));
writeFileSync("lib/generated/client.d.ts", clientTypes(await openApiDocument()));

/** What an entry says beside its route is for servers and tests, and would be carried to every browser. */
function withoutMeta(name: string, value: unknown): unknown {
  return name === "meta" ? {} : value;
}
