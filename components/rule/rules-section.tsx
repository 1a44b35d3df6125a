"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { LazyRuleDialog } from "@/components/rule/lazy-rule-dialog.tsx";
import { RuleRow } from "@/components/rule/rule-row.tsx";
import { TriggerList } from "@/components/rule/trigger-list.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Skeleton } from "@/components/ui/skeleton.tsx";
import { problemOf } from "@/lib/client/api.ts";
import { rulesQuery } from "@/lib/client/queries.ts";
import type { Project } from "@/lib/project/schema.ts";
import type { Rule } from "@/lib/rule/schema.ts";

/** The rules of a project, and what they did. */
export function RulesSection({ project }: { project: Project }) {
  const { data: rules, error } = useQuery(rulesQuery(project.id));
  const [edited, setEdited] = useState<Rule | "new" | null>(null);
  // Stays where it is whether there are rules or not: the focus comes back to it.
  const newRule = useRef<HTMLButtonElement>(null);
  const opener = useRef<HTMLElement>(null);
  const edit = (what: Rule | "new", button: HTMLElement) => {
    opener.current = button;
    setEdited(what);
  };
  useEffect(() => {
    if (edited !== null || opener.current === null) return;
    // Somebody else may have deleted the rule meanwhile.
    const isThere = opener.current.isConnected;
    (isThere ? opener : newRule).current?.focus();
  }, [edited]);

  if (error && !rules) return <p className="text-danger text-sm">{problemOf(error).message}</p>;
  if (!rules) return <Skeleton className="h-24" />;
  return (
    <>
      {rules.length === 0 && (
        <p className="measure text-sm">
          A rule creates a task by itself when a document of the working tree changes, or when another program posts
          what it did, with its words in the task. Limits keep it from answering itself and from flooding the board.
        </p>
      )}
      {rules.length > 0 && (
        <ul aria-label="Rules" className="flex flex-col gap-3">
          {rules.map((rule) => (
            <RuleRow
              key={rule.id}
              rule={rule}
              onEdit={(button) => edit(rule, button)}
              onDeleted={() => newRule.current?.focus()}
            />
          ))}
        </ul>
      )}
      <div>
        <Button ref={newRule} icon={<Plus aria-hidden />} onClick={(event) => edit("new", event.currentTarget)}>
          New rule
        </Button>
      </div>
      {rules.length > 0 && <TriggerList projectId={project.id} rules={rules} />}
      {edited !== null && (
        <LazyRuleDialog project={project} rule={edited === "new" ? null : edited} onClose={() => setEdited(null)} />
      )}
    </>
  );
}
