"use client";

import { X } from "lucide-react";
import { useRef, useState } from "react";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import type { Problem } from "@/lib/client/api.ts";

interface TagEditorProps {
  tags: readonly string[];
  onSave: (tags: string[]) => Promise<Problem | null>;
}

/** Tags as chips, and a field that adds one with Enter or a comma. Saved at once. */
export function TagEditor({ tags, onSave }: TagEditorProps) {
  const [text, setText] = useState("");
  const [error, setError] = useState<string>();
  const field = useRef<HTMLDivElement>(null);

  const add = async () => {
    const added = text
      .split(",")
      .map((tag) => tag.trim())
      .filter((tag) => tag !== "");
    const next = [...new Set([...tags, ...added])];
    if (next.length === tags.length) return setText("");
    if (added.some((tag) => tag.length > 50)) return setError("A tag has at most 50 characters.");
    if (next.length > 30) return setError("A task has at most 30 tags.");
    // Before the answer: what is typed meanwhile is the next tag.
    setText("");
    const problem = await onSave(next);
    setError(problem?.message);
    if (problem !== null) setText((since) => (since === "" ? text : since));
  };

  const remove = (tag: string) => {
    void onSave(tags.filter((other) => other !== tag));
    field.current?.querySelector("input")?.focus();
  };

  return (
    <div ref={field} className="flex flex-col gap-2">
      <Field label="Tags" error={error}>
        <Input
          placeholder="Add a tag, then Enter"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onBlur={() => text.trim() !== "" && void add()}
          onKeyDown={(event) => {
            if ((event.key === "Enter" && !event.nativeEvent.isComposing) || event.key === ",") {
              event.preventDefault();
              void add();
            }
            if (event.key === "Backspace" && text === "" && tags.length > 0) remove(tags.at(-1)!);
            if (event.key !== "Escape" || text === "") return;
            event.preventDefault();
            setText("");
          }}
        />
      </Field>
      {tags.length > 0 && (
        <ul aria-label="Tags" className="flex flex-wrap gap-1.5">
          {tags.map((tag) => (
            <li
              key={tag}
              className="inline-flex min-w-0 max-w-full items-center gap-1.5 rounded-sm border border-border ps-2 text-xs"
            >
              <span aria-hidden className="size-1.5 shrink-0 rounded-full bg-border-strong" />
              <span className="truncate">{tag}</span>
              <button
                type="button"
                aria-label={`Remove tag ${tag}`}
                onClick={() => remove(tag)}
                className="inline-flex size-6 items-center justify-center rounded-sm text-subtle hover:text-text pointer-coarse:size-11"
              >
                <X aria-hidden className="size-3.5" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
