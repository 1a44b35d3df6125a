"use client";

import { Ban, Check, Hand } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { DenyForm } from "@/components/question/deny-form.tsx";
import { StyledText } from "@/components/transcript/styled-text.tsx";
import { Button } from "@/components/ui/button.tsx";
import { ClockTime } from "@/components/ui/clock-time.tsx";
import { useAnswer } from "@/lib/client/agent-mutations.ts";
import type { Project } from "@/lib/project/schema.ts";
import type { Question } from "@/lib/question/schema.ts";

interface QuestionCardProps {
  question: Question;
  /** What the project says happens when nobody answers. */
  onTimeout: Project["settings"]["questionOnTimeout"];
  /** Which task it is about, where that is not clear. */
  subject?: ReactNode;
}

/** What an agent wants to do, and the two answers. A denial may say why; the agent is told. */
export function QuestionCard({ question, onTimeout, subject }: QuestionCardProps) {
  const { tool, input, attempt, expiresAt } = question;
  const { mutate, isPending, variables } = useAnswer();
  const [isDenying, setDenying] = useState(false);
  const deny = useRef<HTMLButtonElement>(null);
  const wasDenying = useRef(false);
  const isBusy = (decision: "allow" | "deny") => isPending && variables?.decision === decision;

  // Back from the reason, the focus is where it came from.
  useEffect(() => {
    if (wasDenying.current && !isDenying) deny.current?.focus();
    wasDenying.current = isDenying;
  }, [isDenying]);

  return (
    <section
      aria-label={`Question of ${question.taskKey}: ${tool}`}
      className="flex flex-col gap-2 rounded-lg border border-attention bg-attention-tint px-3 py-2.5"
    >
      {subject}
      <p className="flex items-start gap-2 text-sm">
        <Hand aria-hidden className="mt-0.5 size-4 shrink-0 text-attention" />
        <span className="min-w-0 [overflow-wrap:anywhere]">
          Attempt {attempt} wants to use <strong className="font-medium">{tool}</strong>.
        </span>
      </p>
      {input !== "" && <StyledText label={`What ${tool} would do`} text={input} className="max-h-48" />}
      {isDenying ? (
        <DenyForm
          isBusy={isBusy("deny")}
          onDeny={(message) => mutate({ question, decision: "deny", message })}
          onCancel={() => setDenying(false)}
        />
      ) : (
        <div className="flex flex-wrap items-center gap-2">
          <Button
            size="sm"
            variant="primary"
            data-act="allow"
            icon={<Check aria-hidden />}
            isBusy={isBusy("allow")}
            onClick={() => mutate({ question, decision: "allow" })}
          >
            Allow
          </Button>
          <Button ref={deny} size="sm" data-act="deny" icon={<Ban aria-hidden />} onClick={() => setDenying(true)}>
            Deny
          </Button>
          <span className="text-muted text-xs">
            Until <ClockTime at={expiresAt} />; then it is {onTimeout === "allow" ? "allowed" : "denied"}.
          </span>
        </div>
      )}
    </section>
  );
}
