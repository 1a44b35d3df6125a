"use client";

import { useQuery } from "@tanstack/react-query";
import { FileUp } from "lucide-react";
import { type DragEvent, useRef, useState } from "react";
import { StartOver } from "@/components/kept-form/start-over.tsx";
import { useKeptForm } from "@/components/kept-form/use-kept-form.ts";
import { Preview } from "@/components/many-tasks/preview.tsx";
import { readFiles, type Source } from "@/components/many-tasks/read-files.ts";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Textarea } from "@/components/ui/textarea.tsx";
import { problemOf } from "@/lib/client/api.ts";
import { useCreateMany } from "@/lib/client/mutations.ts";
import { projectQuery } from "@/lib/client/queries.ts";
import { readTasks } from "@/lib/task/import/read-tasks.ts";
import { toBatch } from "@/lib/task/import/to-batch.ts";

export interface ManyTasksProps {
  projectId: string;
  source?: Source;
  onClose: () => void;
  /** After they are there. */
  onCreated?: () => void;
}

const batchMax = 5000;

/** Many cards from a list, a table or a JSON document: what it says is shown before anything is created. */
export function ManyTasks({ projectId, source: given, onClose, onCreated }: ManyTasksProps) {
  const { data: project } = useQuery(projectQuery(projectId));
  const kept = useKeptForm<Source>(given ? null : `tasks.${projectId}`, () => given ?? { text: "", fileName: null });
  const source = kept.draft;
  const [failure, setFailure] = useState<string | null>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const create = useCreateMany();
  const usual = project?.settings.defaultTaskType ?? "cli";
  const reading = readTasks(source.text, source.fileName);
  const total = reading.tasks.length;
  const isEmpty = source.text.trim() === "";

  const take = async (files: Iterable<File>) => {
    setFailure(null);
    try {
      kept.change(await readFiles(files));
    } catch (thrown) {
      setFailure((thrown as Error).message);
    }
  };
  const onDrop = (event: DragEvent) => {
    if (event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    void take(event.dataTransfer.files);
  };
  const submit = async (status: "DRAFT" | "APPROVED") => {
    setFailure(null);
    try {
      await create.mutateAsync({ projectId, tasks: toBatch(reading.tasks, usual, status) });
      kept.forget();
      onCreated?.();
      onClose();
    } catch (thrown) {
      setFailure(problemOf(thrown).message);
    }
  };

  const cards = `${total.toLocaleString("en")} ${total === 1 ? "card" : "cards"}`;
  const isReady = total > 0 && total <= batchMax;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Several tasks"
      size="lg"
      footer={
        <>
          <span className="me-auto">
            <StartOver isKept={kept.isKept} onStartOver={kept.startOver} />
          </span>
          <Button disabled={!isReady} isBusy={create.isPending} onClick={() => submit("DRAFT")}>
            Create as drafts
          </Button>
          <Button variant="primary" disabled={!isReady} isBusy={create.isPending} onClick={() => submit("APPROVED")}>
            Create approved
          </Button>
        </>
      }
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a file may be dropped; the button does the same */}
      <div className="flex flex-col gap-3" onDrop={onDrop} onDragOver={(event) => event.preventDefault()}>
        {failure && (
          <p role="alert" className="rounded-md bg-danger-tint px-3 py-2 text-danger text-sm">
            {failure} Nothing was created, and what you wrote is kept.
          </p>
        )}
        <Field
          label={source.fileName ?? "Tasks"}
          isRequired
          help="One a line. What is indented waits for the line above it; after:2 waits for the second, after:DEMO-3 for a card that is there. A command goes in backticks. Or a CSV table, JSON, or task files."
        >
          <Textarea
            rows={8}
            isMono
            value={source.text}
            placeholder={
              "Build the site `npm run build`\n  Check its links `npm run links`\n  priority:high Publish `make publish`"
            }
            onChange={(event) => kept.change({ text: event.target.value })}
          />
        </Field>
        <div>
          <input
            ref={chooser}
            type="file"
            aria-label="Files with tasks"
            multiple
            accept=".md,.txt,.csv,.tsv,.json"
            className="sr-only"
            tabIndex={-1}
            onChange={({ target: { files } }) => files?.length && void take(files)}
          />
          <Button size="sm" icon={<FileUp aria-hidden />} onClick={() => chooser.current?.click()}>
            From files
          </Button>
        </div>
        <p role="status" className="text-muted text-sm">
          {isEmpty ? "Nothing yet." : total > batchMax ? `${cards}: at most 5,000 at once.` : cards}
          {reading.done > 0 && `, ${reading.done.toLocaleString("en")} done already and left out`}
        </p>
        {!isEmpty && <Preview reading={reading} usual={usual} />}
      </div>
    </Dialog>
  );
}
