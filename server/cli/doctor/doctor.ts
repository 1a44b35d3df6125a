import { isLoopback } from "../connection.ts";
import { jsonText } from "../json-text.ts";
import { readSettings } from "../settings.ts";
import { statusColor } from "../status-color.ts";
import { table } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import type { Check } from "./check.ts";
import { homeChecks } from "./home-checks.ts";
import { machineChecks } from "./machine-checks.ts";
import { serverChecks } from "./server-checks.ts";

/** Looks at everything that has to be right, here and at the server. Answers 1 when something fails. */
export async function doctor({ isJson, terminal }: { isJson: boolean; terminal: Terminal }): Promise<number> {
  const settings = readSettings();
  const isHere = settings.url === null || isLoopback(settings.url);
  // Of a server elsewhere neither programs nor home are on this machine.
  const here = isHere ? [...(await machineChecks()), ...homeChecks(settings)] : [];
  const checks = [...here, ...(await serverChecks(settings))];
  const isOk = checks.every(({ status }) => status !== "fail");
  terminal.out(isJson ? `${jsonText({ ok: isOk, checks })}\n` : `${view(checks, terminal)}\n`);
  return isOk ? 0 : 1;
}

function view(checks: readonly Check[], terminal: Terminal): string {
  const color = ({ status }: Check) => statusColor(status);
  return table<Check>(
    [
      { title: "", text: ({ status }) => status, color },
      { title: "CHECK", text: ({ name }) => name },
      { title: "FOUND", text: ({ found }) => found, isElastic: true },
      { title: "WHAT TO DO", text: ({ advice }) => advice ?? "" },
    ],
    checks,
    terminal,
  );
}
