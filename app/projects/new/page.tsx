import type { Metadata } from "next";
import { HeaderBar } from "@/components/frame/header-bar.tsx";
import { NewProject } from "@/components/project/new-project.tsx";
import { PlainFrame } from "@/components/project/plain-frame.tsx";

export const metadata: Metadata = { title: "New project" };

export default function NewProjectPage() {
  return (
    <PlainFrame header={<HeaderBar title="New project" />}>
      <NewProject />
    </PlainFrame>
  );
}
