import type { Argument, Command, Option } from "commander";

/** What could stand where the cursor is. */
export interface Proposal {
  word: string;
  about: string;
}

/** Words that only the server knows: keys of projects and tasks, sessions. */
export type AskServer = (what: Reference, typed: readonly string[]) => Promise<Proposal[]>;
export type Reference = "project" | "task" | "session";

/** Which words an argument or an option takes, set when the commands are made. */
export interface Offer {
  words: readonly string[];
  reference: Reference | null;
  isList: boolean;
}
const offers = new WeakMap<Argument | Option, Offer>();
export const setOffer = (target: Argument | Option, offer: Offer): void => void offers.set(target, offer);

/** `words`: what stands behind the program's name, the last one as far as it is typed. */
export async function complete(program: Command, words: readonly string[], ask: AskServer): Promise<Proposal[]> {
  // bash takes --status=run apart into three words.
  const typed = words.filter((word, at) => !(word === "=" && words[at - 1]?.startsWith("--") && at < words.length - 1));
  const { command, place, option } = walk(program, typed.slice(0, -1));
  const last = typed.at(-1) === "=" ? "" : (typed.at(-1) ?? "");
  const [, flag, value] = /^(--[\w-]+)=(.*)$/.exec(last) ?? [];
  if (flag !== undefined) return withPrefix(`${flag}=`, await wordsOf(findOption(command, flag), value!, typed, ask));
  if (option !== null) return wordsOf(option, last, typed, ask);
  if (last.startsWith("-")) return optionsOf(command).filter(({ word }) => word.startsWith(last));
  const subcommands = command.createHelp().visibleCommands(command);
  if (subcommands.length > 0)
    return subcommands
      .map((sub) => ({ word: sub.name(), about: sub.description() }))
      .filter(({ word }) => word.startsWith(last));
  // Where the project may be left out, what stands in its place may be the next one.
  const places = command.registeredArguments.slice(place, place === 0 ? undefined : place + 1);
  return (await Promise.all(places.map((one) => wordsOf(one, last, typed, ask)))).flat();
}

/** The command that was named, how many places are taken, and the option that waits for its value. */
function walk(program: Command, words: readonly string[]) {
  let command = program;
  let place = 0;
  let option: Option | null = null;
  for (const word of words) {
    if (option !== null) option = null;
    else if (word.startsWith("-")) {
      const found = findOption(command, word);
      option = found?.required ? found : null;
    } else {
      const sub = command.commands.find((one) => one.name() === word);
      if (sub === undefined) place += 1;
      else command = sub;
    }
  }
  return { command, place, option };
}

const findOption = (command: Command, flag: string): Option | undefined =>
  command.options.find(({ long, short }) => long === flag || short === flag);

const optionsOf = (command: Command): Proposal[] =>
  command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long, description }) => (long ? [{ word: long, about: description }] : []));

/** Of a list the last entry is completed, in small letters where that is how it is typed. */
async function wordsOf(target: Argument | Option | undefined, typed: string, all: readonly string[], ask: AskServer) {
  const offer = target === undefined ? undefined : offers.get(target);
  if (offer === undefined) return [];
  const cut = offer.isList ? typed.lastIndexOf(",") + 1 : 0;
  const [before, start] = [typed.slice(0, cut), typed.slice(cut)];
  const known = offer.words.map((word) => ({ word: /^[a-z]/.test(start) ? word.toLowerCase() : word, about: "" }));
  const found = [...known, ...(offer.reference === null ? [] : await ask(offer.reference, all))];
  return withPrefix(
    before,
    found.filter(({ word }) => word.toLowerCase().startsWith(start.toLowerCase())),
  );
}

const withPrefix = (prefix: string, proposals: readonly Proposal[]): Proposal[] =>
  proposals.map(({ word, about }) => ({ word: `${prefix}${word}`, about }));
