import type { ReactNode } from "react";
import { AppFrame } from "@/components/frame/app-frame.tsx";
import { ChatBottomButton } from "@/components/project/chat-bottom-button.tsx";
import { ChatSlot } from "@/components/project/chat-slot.tsx";
import { ConnectionStrip } from "@/components/project/connection-strip.tsx";
import { FrameStatus } from "@/components/project/frame-status.tsx";
import { ProjectSwitcher } from "@/components/project/project-switcher.tsx";

interface ProjectFrameProps {
  project: { id: string; key: string; name: string };
  header: ReactNode;
  panel?: ReactNode;
  /** On phones, in the lower bar beside Chat. */
  bottomActions?: ReactNode;
  children: ReactNode;
}

/** The frame of every screen inside a project. */
export function ProjectFrame({ project, header, panel, bottomActions, children }: ProjectFrameProps) {
  return (
    <AppFrame
      projectKey={project.key}
      switcher={<ProjectSwitcher projectKey={project.key} name={project.name} />}
      status={<FrameStatus />}
      header={header}
      strip={<ConnectionStrip projectKey={project.key} />}
      panel={panel}
      bottomActions={
        <>
          {bottomActions}
          <ChatBottomButton />
        </>
      }
      dock={<ChatSlot projectId={project.id} projectKey={project.key} />}
    >
      {children}
    </AppFrame>
  );
}
