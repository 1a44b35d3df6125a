import type { Tx } from "@/lib/db.ts";
import type { Call } from "./call.ts";
import type { Engine } from "./engine.ts";

export interface Outcome<First> {
  first: First;
  second: Awaited<ReturnType<Engine["product"]["step"]>>;
  /** Whether the second had to wait for the first. */
  hasWaited: boolean;
}

interface Beside {
  /** Done while the first is not committed. */
  between: () => Promise<void>;
  call: Call;
}

/** Runs the first up to its commit, then the second as far as it gets, then lets the first commit. */
export async function besides<First>(
  engine: Engine,
  first: (tx: Tx) => Promise<First>,
  { between, call }: Beside,
): Promise<Outcome<First>> {
  const { product } = engine;
  const [done, gate] = [newGate(), newGate()];
  const one = product.inJournaledTransaction(async (tx) => {
    const result = await first(tx);
    done.open();
    await gate.isOpen;
    return result;
  });
  one.catch(done.open);
  try {
    await Promise.race([done.isOpen, one]);
    await between();
    let isOver = false;
    const two = product.step(product.db(), call.input).finally(() => {
      isOver = true;
    });
    two.catch(() => {});
    const hasWaited = await engine.somebodyWaits(() => isOver);
    gate.open();
    const [firstResult, second] = await Promise.all([one, two]);
    return { first: firstResult, second, hasWaited };
  } finally {
    gate.open();
    await one.catch(() => {});
  }
}

function newGate(): { isOpen: Promise<void>; open: () => void } {
  let open = () => {};
  const isOpen = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { isOpen, open };
}
