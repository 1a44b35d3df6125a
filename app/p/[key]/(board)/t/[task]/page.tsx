import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { readProject } from "@/app/prefetch.ts";
import { orNull, serverCall } from "@/app/server-call.ts";
import { TaskPanel } from "@/components/task/task-panel.tsx";

interface TaskPageProps {
  params: Promise<{ key: string; task: string }>;
}

export async function generateMetadata({ params }: TaskPageProps): Promise<Metadata> {
  const { key, task: ref } = await params;
  const [project, task] = await Promise.all([readProject(key), orNull(serverCall("task", "get", { taskId: ref }))]);
  return { title: project && task ? `${task.key} ${task.title} - ${project.name}` : "Not found" };
}

/** A task beside the board, at an address of its own. */
export default async function TaskPage({ params }: TaskPageProps) {
  const { key, task } = await params;
  const project = await readProject(key);
  if (project === null) notFound();
  return <TaskPanel projectId={project.id} projectKey={project.key} taskKey={task} />;
}
