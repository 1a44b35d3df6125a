/** SQLSTATE classes of what the database will not do however often it is asked: bad data, broken constraints, errors raised by the engine. */
const refusing = /^(21|22|23|42|P0)/;

/**
 * Whether the database understood and refused. Anything else (unreachable, restarting, out of connections, a deadlock, a full
 * disk) may go well at the next try.
 */
export function isRefusal(thrown: unknown): boolean {
  const { meta } = thrown as { meta?: { driverAdapterError?: { cause?: { originalCode?: string } } } };
  return refusing.test(meta?.driverAdapterError?.cause?.originalCode ?? "");
}
