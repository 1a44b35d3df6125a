import type { IFunctionIdentifier, IParser } from "@xterm/xterm";

/** Control sequences that ask a terminal something, and nothing else: device attributes, status, modes, settings. */
const questions: IFunctionIdentifier[] = [
  { final: "c" },
  { prefix: ">", final: "c" },
  { final: "n" },
  { prefix: "?", final: "n" },
  { intermediates: "$", final: "p" },
  { prefix: "?", intermediates: "$", final: "p" },
];
const settingQuestion: IFunctionIdentifier = { intermediates: "$", final: "q" };
/** Colours: the palette, the text, the background, the cursor. Also set by the same sequence, which goes on. */
const colours = [4, 10, 11, 12];

/**
 * Leaves unanswered whatever the output asks the terminal. tmux stands between: it answers the programs itself, and takes
 * only the first answer of its client. One that comes later, as after a way back to an orchestrator that started anew, is
 * typed to the program.
 */
export function leaveUnanswered(parser: IParser): void {
  for (const question of questions) parser.registerCsiHandler(question, () => true);
  parser.registerDcsHandler(settingQuestion, () => true);
  for (const colour of colours) parser.registerOscHandler(colour, (words) => words.split(";").includes("?"));
}
