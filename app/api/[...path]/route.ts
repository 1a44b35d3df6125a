import { serveApi } from "@/lib/http/serve.ts";

/** The whole API in development, loaded anew after a change; the built product answers it before Next (docs/decisions/0014). */
export const dynamic = "force-dynamic";
export { serveApi as DELETE, serveApi as GET, serveApi as PATCH, serveApi as POST, serveApi as PUT };
