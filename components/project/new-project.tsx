"use client";

import { CircleAlert } from "lucide-react";
import { useEffect, useRef } from "react";
import { RepositoryCheckResult } from "@/components/project/repository-check.tsx";
import { useNewProject } from "@/components/project/use-new-project.ts";
import { Button } from "@/components/ui/button.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { Select } from "@/components/ui/select.tsx";

/** A project on a repository; what the repository is like is looked up while the person writes. */
export function NewProject() {
  const form = useRef<HTMLFormElement>(null);
  const { values, branches, state, path, errors, isCreating, submit, write } = useNewProject((name) =>
    form.current?.querySelector<HTMLElement>(`[data-field="${name}"] :is(input, button)`)?.focus(),
  );

  useEffect(() => form.current?.querySelector("input")?.focus(), []);

  return (
    <form
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!isCreating) submit();
      }}
      className="mx-auto flex w-full max-w-xl flex-col gap-5 px-4 py-6"
    >
      <div data-field="repository" className="flex flex-col gap-2">
        <Field
          isRequired
          label="Repository"
          help="A full path on the machine Runboard runs on, or a URL. Sessions work in clones of it; your working copy is not touched."
          error={errors.repository}
        >
          <Input
            value={values.repository}
            onChange={(event) => write("repository", event.target.value)}
            placeholder="/home/me/app or https://host/app.git"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            isMono
          />
        </Field>
        <RepositoryCheckResult state={state} path={path} />
      </div>
      <div className="grid gap-5 sm:grid-cols-[1fr_9rem]">
        <div data-field="name">
          <Field isRequired label="Name" error={errors.name}>
            <Input
              value={values.name}
              maxLength={100}
              autoComplete="off"
              onChange={(event) => write("name", event.target.value)}
            />
          </Field>
        </div>
        <div data-field="key">
          <Field isRequired label="Key" help={`Tasks are ${values.key || "KEY"}-1, …`} error={errors.key}>
            <Input
              value={values.key}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => write("key", event.target.value)}
              isMono
            />
          </Field>
        </div>
      </div>
      {branches.length > 0 && (
        <div data-field="baseBranch">
          <Field
            isRequired
            label="Base branch"
            help="Sessions start from its last commit. Runboard never moves it: work lands on branches of its own."
            error={errors.baseBranch}
          >
            <Select
              value={values.baseBranch}
              onValueChange={(branch) => write("baseBranch", branch)}
              options={branches.map((branch) => ({ value: branch, label: branch }))}
            />
          </Field>
        </div>
      )}
      {errors.form && (
        <p role="alert" className="flex items-start gap-1.5 text-danger text-sm">
          <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          Could not create the project. {errors.form}
        </p>
      )}
      <Button type="submit" variant="primary" isBusy={isCreating} className="self-start">
        Create project
      </Button>
    </form>
  );
}
