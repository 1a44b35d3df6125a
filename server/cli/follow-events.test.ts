import { expect, it } from "vitest";
import { catalogue } from "./catalogue.ts";
import { followEvents } from "./follow-events.ts";
import type { Client, Input } from "./request.ts";
import { openTerminal } from "./terminal.ts";

/** A shortened journal without an event of the kind that is asked for, until it has been asked so often. */
function shortened(times: number): { client: Client; asked: Input[] } {
  const asked: Input[] = [];
  const answer = async (_: unknown, input: Input) => {
    asked.push(input);
    if (asked.length === times) throw new Error("enough");
    return { items: [], lastSeq: 90, firstSeq: 50, isGapped: true } as never;
  };
  return { client: { call: answer } as unknown as Client, asked };
}

it("says once and not every second that older events are no longer kept", async () => {
  const said: string[] = [];
  const { client, asked } = shortened(3);
  const terminal = { ...openTerminal({}), say: (text: string) => void said.push(text) };
  const operation = catalogue.find(({ name }) => name === "event.list")!;
  const following = followEvents({ client, operation, input: { after: 0 }, terminal, isJson: false });
  await expect(following).rejects.toThrow("enough");
  expect(asked.map(({ after }) => after)).toEqual([0, 0, 0]);
  expect(said).toEqual(["Events before these are no longer kept."]);
});
