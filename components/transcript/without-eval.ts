import { config } from "zod/v4/core";

/** The page's policy lets nothing be evaluated: without this each schema would try, and the browser would report it. */
config({ jitless: true });
