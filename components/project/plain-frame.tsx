import type { ReactNode } from "react";
import { AppFrame } from "@/components/frame/app-frame.tsx";
import { ConnectionStrip } from "@/components/project/connection-strip.tsx";
import { FrameStatus } from "@/components/project/frame-status.tsx";
import { ProjectSwitcher } from "@/components/project/project-switcher.tsx";

/** The frame of screens outside a project. */
export function PlainFrame({ header, children }: { header: ReactNode; children: ReactNode }) {
  return (
    <AppFrame switcher={<ProjectSwitcher />} status={<FrameStatus />} header={header} strip={<ConnectionStrip />}>
      {children}
    </AppFrame>
  );
}
