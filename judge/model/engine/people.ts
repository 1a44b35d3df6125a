import fc from "fast-check";
import type { Caller } from "@/lib/actor.ts";
import type { Board, Task } from "../board/board.ts";
import { expectSame } from "./command.ts";
import type { Engine } from "./engine.ts";

export const people = ["ann", "bob"] as const;
export type Person = (typeof people)[number];
export const person: fc.Arbitrary<Person> = fc.constantFrom(...people);
export const callerOf = (name: Person): Caller => ({ actor: { type: "person", id: name, name } });

export const anyone = fc.nat({ max: 99 });
export const tasksOf = (board: Board): Task[] => [...board.tasks.values()];
export const hasTasks = (board: Board) => board.tasks.size > 0;

/** A verb of a person on a task: refused as the model says, or done. */
interface Asked {
  name: Person;
  verb: string;
  input: object;
  noun?: string;
}

export async function ask(
  engine: Engine,
  { noun = "task", verb, input, name }: Asked,
  code: string | null,
): Promise<boolean> {
  const refused = await engine.refusalOf(engine.call(noun, verb, input, { caller: callerOf(name) }));
  expectSame(`${verb} was refused with`, refused, code);
  return code === null;
}
