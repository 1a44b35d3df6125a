import { problemOf } from "@/lib/client/api.ts";

interface OnTop<Row> {
  /** What the change is made on. */
  current: Row;
  send: (current: Row) => Promise<Row>;
  /** Takes in what the server has now. */
  keep: (row: Row) => void;
  /** Whether nobody else touched what is being saved. */
  isMine: (row: Row) => boolean;
}

/**
 * Sends a change with the version it is made on. A change of other fields meanwhile is no reason to bother the person:
 * then it is sent once more, on top of that. Throws VERSION_CONFLICT when the same fields were changed.
 */
export async function sendOnTop<Row>({ current, send, keep, isMine }: OnTop<Row>): Promise<void> {
  try {
    keep(await send(current));
  } catch (thrown) {
    const { code, details } = problemOf(thrown);
    if (code !== "VERSION_CONFLICT") throw thrown;
    const newer = details.current as Row;
    keep(newer);
    if (!isMine(newer)) throw thrown;
    keep(await send(newer));
  }
}
