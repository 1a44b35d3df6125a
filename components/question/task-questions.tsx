"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { projectQuery, questionsQuery } from "@/lib/client/queries.ts";
import type { Task } from "@/lib/task/schema.ts";

const QuestionCard = dynamic(() =>
  import("@/components/question/question-card.tsx").then((module) => module.QuestionCard),
);

/** What the task's session asks: before everything else, since it waits. */
export function TaskQuestions({ task }: { task: Task }) {
  const { data: project } = useQuery(projectQuery(task.projectId));
  const { data: all } = useQuery(questionsQuery(task.projectId));
  const questions = all?.filter(({ taskId }) => taskId === task.id) ?? [];
  if (!project || questions.length === 0) return null;
  return (
    <div className="flex flex-col gap-2 px-4 pb-2">
      {questions.map((question) => (
        <QuestionCard key={question.id} question={question} onTimeout={project.settings.questionOnTimeout} />
      ))}
    </div>
  );
}
