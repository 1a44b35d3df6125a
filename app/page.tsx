import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { serverCall } from "@/app/server-call.ts";
import { lastProjectCookie } from "@/components/project/last-project.ts";

/** To the board one was at last, the only one there is, or the demo; else to the list. */
export default async function Home() {
  const { items } = await serverCall("project", "list", { limit: 200 });
  const last = (await cookies()).get(lastProjectCookie)?.value;
  const project =
    items.find(({ key }) => key === last) ??
    (items.length === 1 ? items[0] : undefined) ??
    items.find(({ isDemo }) => isDemo);
  redirect(project ? `/p/${project.key}` : "/projects");
}
