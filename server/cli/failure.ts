import { DomainError, errorTable } from "@/lib/errors.ts";
import { cleanLine, cleanLines } from "./clean-text.ts";
import { jsonText } from "./json-text.ts";
import { paint, type Terminal } from "./terminal.ts";

/** Ended by a signal, as shells count: 128 + 2 for Ctrl-C. */
export const interrupted = 130;

export const usage = (message: string, details: Record<string, unknown> = {}): DomainError =>
  new DomainError("VALIDATION_FAILED", message, details);

/** Says on stderr what went wrong, in words or as the API's error body, and answers with the exit code of the error table. */
export function report(thrown: unknown, how: { isJson: boolean; terminal: Terminal }): number {
  const error = thrown instanceof DomainError ? thrown : new DomainError("INTERNAL", String(thrown));
  if (how.isJson) how.terminal.say(jsonText(error.body));
  else for (const line of linesOf(error, how.terminal)) how.terminal.say(line);
  return errorTable[error.code].exitCode;
}

function linesOf({ code, message, details }: DomainError, terminal: Terminal): string[] {
  const head = `${paint({ hasColor: terminal.saysInColor }, "red", code)}: ${cleanLines(message)}`;
  return [head, ...moreOf(details, message).map((line) => `  ${line}`)];
}

/** Of the details, what tells a person more than the message does. */
function moreOf(details: Record<string, unknown>, message: string): string[] {
  const { issues, allowed, retryAfterSeconds } = details;
  return [
    // One that is wrong alone is what the message says.
    ...(Array.isArray(issues) && issues.length > 1 ? issues : []).map((issue: { path?: string; message?: string }) =>
      cleanLine(`${issue.path}: ${issue.message}`),
    ),
    ...(Array.isArray(allowed) && !allowed.some((word) => message.includes(String(word)))
      ? [`allowed: ${cleanLine(allowed.join(", "))}`]
      : []),
    ...(typeof retryAfterSeconds === "number" ? [`try again in ${retryAfterSeconds} s`] : []),
  ];
}
