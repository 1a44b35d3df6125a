"use client";

import { CircleAlert, SendHorizontal } from "lucide-react";
import { type ReactNode, useId } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Textarea } from "@/components/ui/textarea.tsx";

interface WordsFormProps {
  label: string;
  help: string;
  action: string;
  text: string;
  onTextChange: (text: string) => void;
  onSend: (text: string) => void;
  isBusy: boolean;
  /** Why it was not taken, and what can be done instead. */
  problem: ReactNode;
}

/** A few lines to an agent. Ctrl or Cmd + Enter sends; what is typed stays until it was taken. */
export function WordsForm({ label, help, action, text, onTextChange, onSend, isBusy, problem }: WordsFormProps) {
  const id = useId();
  const send = () => {
    if (text.trim() !== "" && !isBusy) onSend(text.trim());
  };
  return (
    <form
      className="flex shrink-0 flex-col gap-1"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <label htmlFor={id} className="font-medium text-sm">
        {label}
      </label>
      <div className="flex items-end gap-2">
        <Textarea
          id={id}
          rows={1}
          value={text}
          maxLength={65_536}
          aria-describedby={`${id}-help${problem ? ` ${id}-problem` : ""}`}
          onChange={(event) => onTextChange(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            send();
          }}
          className="max-h-40! min-h-(--control-height)!"
        />
        <Button type="submit" variant="primary" isBusy={isBusy} icon={<SendHorizontal aria-hidden />}>
          {action}
        </Button>
      </div>
      {problem && (
        <div role="alert" id={`${id}-problem`} className="flex flex-wrap items-center gap-2 text-danger text-xs">
          <CircleAlert aria-hidden className="size-3.5 shrink-0" />
          {problem}
        </div>
      )}
      <p id={`${id}-help`} className="text-muted text-xs">
        {help}
      </p>
    </form>
  );
}
