"use client";

import { type InfiniteData, type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { announce } from "@/lib/client/announce.ts";
import { api } from "@/lib/client/api.ts";
import { keys } from "@/lib/client/keys.ts";
import type { Rule, Trigger } from "@/lib/rule/schema.ts";

export type NewRule = Omit<Parameters<typeof api.rule.create>[0], "projectId">;
export type RuleChanges = Omit<Parameters<typeof api.rule.update>[0], "ruleId">;

/** Refusals stay with the form: read them with `problemOf(error)`. */
export function useCreateRule(projectId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (rule: NewRule) => api.rule.create({ projectId, ...rule }),
    onSuccess: (rule) => {
      client.setQueryData<Rule[]>(keys.rules(projectId), (rules) => rules && [...rules, rule]);
      announce(`Rule ${rule.name} created.`);
    },
  });
}

/** Refusals stay with the form, VERSION_CONFLICT with the rule as it is. */
export function useUpdateRule(ruleId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (changes: RuleChanges) => api.rule.update({ ruleId, ...changes }),
    onSuccess: (rule) => storeRule(client, rule),
  });
}

/** A rule as it is now, wherever it was changed. */
export function useReadRule() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (ruleId: string) => api.rule.get({ ruleId }),
    onSuccess: (rule) => storeRule(client, rule),
  });
}

export function useDeleteRule({ id, projectId }: Rule) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.rule.delete({ ruleId: id }),
    onSuccess: ({ name }) => {
      client.setQueryData<Rule[]>(keys.rules(projectId), (rules) => rules?.filter((rule) => rule.id !== id));
      void client.invalidateQueries({ queryKey: keys.triggers(projectId) });
      announce(`Rule ${name} deleted.`);
    },
  });
}

/** A person wants the task that was held or skipped. */
export function useCreateTaskOf({ id, projectId }: Trigger) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.trigger.createTask({ triggerId: id }),
    onSuccess: (trigger) => {
      client.setQueriesData<InfiniteData<{ items: Trigger[] }>>(
        { queryKey: keys.triggers(projectId) },
        (data) => data && { ...data, pages: data.pages.map((page) => withTrigger(page, trigger)) },
      );
      announce(`${trigger.task?.key ?? "The task"} created.`);
    },
    // Somebody else may have been first.
    onError: () => client.invalidateQueries({ queryKey: keys.triggers(projectId) }),
  });
}

function storeRule(client: QueryClient, rule: Rule): void {
  client.setQueryData<Rule[]>(keys.rules(rule.projectId), (rules) =>
    rules?.map((known) => (known.id === rule.id ? rule : known)),
  );
}

const withTrigger = <Page extends { items: Trigger[] }>(page: Page, trigger: Trigger): Page => ({
  ...page,
  items: page.items.map((known) => (known.id === trigger.id ? trigger : known)),
});
