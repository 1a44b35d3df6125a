"use client";

import { useState } from "react";
import { useKeptForm } from "@/components/kept-form/use-kept-form.ts";
import { baseOf, keptRuleOf } from "@/components/rule/kept-rule.ts";
import { changesOf } from "@/components/rule/rule-changes.ts";
import { type RuleErrors, readDraft } from "@/components/rule/rule-draft.ts";
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
  const kept = useKeptForm(`rule.${rule?.id ?? project.id}`, () => keptRuleOf(rule, usualType));
  const { draft, change, forget } = kept;
  const base = baseOf(draft);
  const [latest, setLatest] = useState(base);
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
      change(keptRuleOf(now, usualType));
      beginOn(now);
    } catch (thrown) {
      setFailure({ message: problemOf(thrown).message, isConflict: true });
    }
  };

  const startOver = () => {
    kept.startOver();
    beginOn(rule);
  };
  const beginOn = (now: Rule | null) => {
    setLatest(now);
    setErrors({});
    setFailure(null);
  };

  return {
    draft,
    change,
    isKept: kept.isKept,
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
