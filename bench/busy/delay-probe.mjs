// Loaded into the product's processes by NODE_OPTIONS (--import). In the web process it measures how late its event loop is, and
// answers on the socket BENCH_DELAY_PROBE with { p99Ms } since it was asked last. Elsewhere it does nothing.
import { rmSync } from "node:fs";
import { createServer } from "node:http";
import { monitorEventLoopDelay } from "node:perf_hooks";

const path = process.env.BENCH_DELAY_PROBE;
if (path && process.argv[1]?.endsWith("/web.js")) {
  // As Node tells it: the millisecond between two looks is part of every figure.
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  rmSync(path, { force: true });
  createServer((_request, response) => {
    response.end(JSON.stringify({ p99Ms: delay.percentile(99) / 1e6 }));
    delay.reset();
  })
    .listen(path)
    .unref();
}
