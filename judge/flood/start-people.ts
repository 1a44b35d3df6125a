import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { JudgedProduct } from "../judged-product.ts";
import type { People, PeopleReport } from "./people.ts";

/** Resolves when they are at work; they go on until `end`. */
export async function startPeople(
  { url, token }: JudgedProduct,
  projectId: string,
): Promise<{ end(): Promise<PeopleReport> }> {
  const file = fileURLToPath(new URL("people.ts", import.meta.url));
  const who: People = { url, token, projectId };
  const child = fork(file, [JSON.stringify(who)], { execArgv: ["--import", "tsx"] });
  await once(child, "message");
  return {
    async end() {
      child.send("end");
      const [report] = (await once(child, "message")) as [PeopleReport];
      return report;
    },
  };
}
