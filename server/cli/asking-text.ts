import type { Asking } from "@/lib/chat/contract.ts";
import { cleanLine } from "./clean-text.ts";

/** What may be posted to a question of the chat, one line: `command, claude-code (default: command); or back, create now, stop`. */
export function askingText({ choices, usual, moves }: Asking): string {
  const answers = choices.map(({ answer }) => cleanLine(answer)).join(", ");
  const isPlain = usual === null || choices.length < 2;
  const said = answers === "" ? "" : `${answers}${isPlain ? "" : ` (default: ${cleanLine(usual)})`}; `;
  return `${said}or ${moves.join(", ")}`;
}
