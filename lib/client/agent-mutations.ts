"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { announce } from "@/lib/client/announce.ts";
import { api, problemOf } from "@/lib/client/api.ts";
import { keys } from "@/lib/client/keys.ts";
import { notify } from "@/lib/client/notify.ts";
import { storeTask } from "@/lib/client/tasks.ts";
import type { Question } from "@/lib/question/schema.ts";
import type { SessionPrompt } from "@/lib/session/schema.ts";

interface AnswerCall {
  question: Question;
  decision: "allow" | "deny";
  /** Told to the agent with a denial. */
  message?: string;
}

/** Answers what an agent asks. Whoever was first decides: the others are told. */
export function useAnswer() {
  const client = useQueryClient();
  const drop = ({ id, projectId }: Question) =>
    client.setQueryData<Question[]>(keys.questions(projectId), (list) => list?.filter((one) => one.id !== id));
  return useMutation({
    mutationFn: ({ question, decision, message }: AnswerCall) =>
      api.question.answer({ questionId: question.id, decision, ...(message ? { message } : {}) }),
    onSuccess: (_, { question, decision }) => {
      drop(question);
      announce(`${decision === "allow" ? "Allowed" : "Denied"}: ${question.tool} for ${question.taskKey}.`);
    },
    onError: (thrown, { question }) => {
      const { code, message } = problemOf(thrown);
      notify.error(`Could not answer ${question.taskKey}`, { id: `answer-${question.id}`, description: message });
      if (code === "ILLEGAL_TRANSITION")
        void client.invalidateQueries({ queryKey: keys.questions(question.projectId) });
    },
  });
}

/** Says something to a running agent. Refusals stay with the caller: read them with `problemOf(error)`. */
export function useSay(sessionId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (text: string) => api.session.prompt({ sessionId, text }),
    onSuccess: (prompt) => {
      client.setQueryData<SessionPrompt[]>(keys.prompts(sessionId), (list = []) =>
        list.some(({ id }) => id === prompt.id) ? list : [...list, prompt],
      );
      announce("Sent. It is delivered at the agent's next turn.");
    },
  });
}

/** Another attempt with feedback. Refusals stay with the caller. */
export function useContinue(sessionId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (feedback: string) => api.session.continue({ sessionId, feedback }),
    onSuccess: ({ task, position }) => {
      storeTask(client, task);
      notify.info(`${task.key} goes on with your feedback`, {
        description: position === null ? undefined : `No. ${position} in the queue.`,
      });
    },
  });
}
