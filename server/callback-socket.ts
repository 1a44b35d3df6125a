import { join } from "node:path";
import { home } from "@/lib/env.ts";

/** Where the web process listens for confined sessions. */
export const callbackSocket = join(home.callback, "web.sock");
