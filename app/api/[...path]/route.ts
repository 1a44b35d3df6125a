import { serveApi } from "@/lib/http/serve.ts";

/** The whole API: the catalogue decides what there is. */
export const dynamic = "force-dynamic";
export { serveApi as DELETE, serveApi as GET, serveApi as PATCH, serveApi as POST, serveApi as PUT };
