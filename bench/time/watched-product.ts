import type { JudgedProduct } from "../../judge/judged-product.ts";
import type { Carrier } from "../carriers/carrier.ts";
import { productCarrier } from "../carriers/product-carrier.ts";
import { printSessionWay } from "./session-way.ts";
import { watchTimeSpent } from "./time-spent.ts";

interface WatchedProduct {
  carrier: Carrier;
  /** Prints where the time of all tasks it has carried out went. */
  printTimeSpent(): Promise<void>;
}

export async function watchProduct(product: JudgedProduct): Promise<WatchedProduct> {
  const { database, databasePid, process: main } = product;
  const { during, print } = await watchTimeSpent(database, [main.pid!, databasePid]);
  const projectIds: string[] = [];
  let tasks = 0;
  const carry = productCarrier(product, { during, onDone: (id) => projectIds.push(id) });
  return {
    carrier: (drain) => {
      tasks += drain.graph.length;
      return carry(drain);
    },
    printTimeSpent: () => {
      print(tasks);
      return printSessionWay(database, projectIds);
    },
  };
}
