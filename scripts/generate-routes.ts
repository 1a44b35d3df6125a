// Writes the catalogue's routes as JSON, so that the browser's client needs no schema library.
import { mkdirSync, writeFileSync } from "node:fs";
import { minifyContractRouter } from "@orpc/contract";
import { contract } from "../lib/contract.ts";
import { openApiDocument } from "../lib/http/openapi/document.ts";
import { clientTypes } from "./client-types/client-types.ts";

mkdirSync("lib/generated", { recursive: true });
writeFileSync("lib/generated/routes.json", JSON.stringify(minifyContractRouter(contract), withoutMeta));
writeFileSync("lib/generated/client.d.ts", clientTypes(await openApiDocument()));

/** What an entry says beside its route is for servers and tests, and would be carried to every browser. */
function withoutMeta(name: string, value: unknown): unknown {
  return name === "meta" ? {} : value;
}
