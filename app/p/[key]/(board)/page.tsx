import type { Metadata } from "next";
import { readProject } from "@/app/prefetch.ts";

export async function generateMetadata({ params }: { params: Promise<{ key: string }> }): Promise<Metadata> {
  const project = await readProject((await params).key);
  return { title: project ? `Board - ${project.name}` : "Not found" };
}

/** The board without a panel; the layout draws it. */
export default function BoardPage() {
  return null;
}
