import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { readProject } from "@/app/prefetch.ts";
import { Board } from "@/components/board/board.tsx";
import { BoardHeader } from "@/components/board/board-header.tsx";
import { BoardProvider } from "@/components/board/board-provider.tsx";
import { NewTaskBottomButton } from "@/components/board/new-task-bottom-button.tsx";
import { ProjectFrame } from "@/components/project/project-frame.tsx";

interface BoardLayoutProps {
  params: Promise<{ key: string }>;
  children: ReactNode;
}

/** The board stays where it is while a task opens beside it: `children` is the panel. */
export default async function BoardLayout({ params, children }: BoardLayoutProps) {
  const project = await readProject((await params).key);
  if (project === null) notFound();
  return (
    <BoardProvider projectId={project.id} projectKey={project.key}>
      <ProjectFrame
        project={{ id: project.id, key: project.key, name: project.name }}
        header={<BoardHeader />}
        panel={children}
        bottomActions={<NewTaskBottomButton />}
      >
        <Board />
      </ProjectFrame>
    </BoardProvider>
  );
}
