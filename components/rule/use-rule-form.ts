"use client";

import { useState } from "react";
import { useKeptForm } from "@/components/kept-form/use-kept-form.ts";
import { changesOf } from "@/components/rule/rule-changes.ts";
import { draftOf, emptyRule, type RuleErrors, readDraft } from "@/components/rule/rule-draft.ts";
import { errorsOfRefusal } from "@/components/rule/rule-errors.ts";
import { problemOf } from "@/lib/client/api.ts";
import { useCreateRule, useReadRule, useUpdateRule } from "@/lib/client/rule-mutations.ts";
import type { Project } from "@/lib/project/schema.ts";
import type { Rule } from "@/lib/rule/schema.ts";

interface Failure {
  message: string;
  /** Somebody else changed the rule meanwhile. */
  isConflict: boolean;
}

/** A rule that is written or changed. What was typed stays until it is saved, or replaced by what somebody else saved. */
export function useRuleForm(project: Project, rule: Rule | null, onDone: () => void) {
  const usualType = project.settings.defaultTaskType;
  const [base, setBase] = useState(rule);
  const [latest, setLatest] = useState(rule);
  const { draft, change, isKept, startOver, forget } = useKeptForm(rule ? null : `rule.${project.id}`, () =>
    rule ? draftOf(rule, usualType) : emptyRule(usualType),
  );
  const [errors, setErrors] = useState<RuleErrors>({});
  const [failure, setFailure] = useState<Failure | null>(null);
  const create = useCreateRule(project.id);
  const update = useUpdateRule(rule?.id ?? "");
  const read = useReadRule();
  const isBusy = create.isPending || update.isPending || read.isPending;

  const submit = async () => {
    if (isBusy) return;
    const { rule: typed, errors: found } = readDraft(draft);
    setErrors(found ?? {});
    setFailure(null);
    if (!typed) return;
    try {
      if (base === null || latest === null) await create.mutateAsync(typed);
      else {
        const changes = changesOf({ draft, base, latest, usualType });
        if (Object.keys(changes).length > 0) await update.mutateAsync({ ...changes, version: latest.version });
      }
      forget();
      onDone();
    } catch (thrown) {
      refuse(thrown);
    }
  };

  const refuse = (thrown: unknown) => {
    const problem = problemOf(thrown);
    if (problem.code === "VERSION_CONFLICT") {
      setLatest(problem.details.current as Rule);
      return setFailure({ message: "Somebody changed this rule meanwhile.", isConflict: true });
    }
    const placed = errorsOfRefusal(problem, draft);
    setErrors(placed.errors);
    if (placed.rest !== null) setFailure({ message: placed.rest, isConflict: false });
  };

  const reload = async () => {
    try {
      const now = await read.mutateAsync(rule!.id);
      setBase(now);
      setLatest(now);
      change(draftOf(now, usualType));
      setErrors({});
      setFailure(null);
    } catch (thrown) {
      setFailure({ message: problemOf(thrown).message, isConflict: true });
    }
  };

  return {
    draft,
    change,
    isKept,
    startOver,
    forget,
    errors,
    failure,
    submit,
    reload,
    isSaving: create.isPending || update.isPending,
    isReading: read.isPending,
  };
}
