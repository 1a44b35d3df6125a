import type fc from "fast-check";
import type { Board } from "../board/board.ts";
import type { Engine } from "./engine.ts";

export type Command = fc.AsyncCommand<Board, Engine>;

/** One command: what it is called, what it does to both. Everything that must hold is checked after each. */
export function command(
  name: string,
  run: (board: Board, engine: Engine) => Promise<void>,
  isPossible: (board: Board) => boolean = () => true,
): Command {
  return {
    check: (board) => isPossible(board),
    run: async (board, engine) => {
      await run(board, engine);
      await engine.check(board);
    },
    toString: () => name,
  };
}

/** Throws unless the two are the same; `what` says what was compared. */
export function expectSame(what: string, is: unknown, wanted: unknown): void {
  const [found, needed] = [JSON.stringify(is), JSON.stringify(wanted)];
  if (found !== needed) throw new Error(`${what}: ${found}, should be ${needed}`);
}
