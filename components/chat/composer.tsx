import { CircleAlert, SendHorizontal } from "lucide-react";
import { type DragEvent, type KeyboardEvent, type RefObject, useId, useState } from "react";
import type { KnownTask } from "@/components/chat/complete.ts";
import { CompletionPopup, optionId } from "@/components/chat/completion-popup.tsx";
import { ComposerHint } from "@/components/chat/composer-hint.tsx";
import { DictateButton } from "@/components/chat/dictate-button.tsx";
import { useCompletion } from "@/components/chat/use-completion.ts";
import { useRecall } from "@/components/chat/use-recall.ts";
import { IconButton } from "@/components/ui/icon-button.tsx";
import { Textarea } from "@/components/ui/textarea.tsx";
import type { Asking } from "@/lib/chat/contract.ts";

interface ComposerProps {
  field: RefObject<HTMLTextAreaElement | null>;
  text: string;
  onTextChange: (text: string) => void;
  onSend: (text: string) => void;
  /** What was dropped on it. */
  onFiles: (files: Iterable<File>) => void;
  /** The command a press of Enter runs while nothing is written. */
  offer: string | null;
  /** The question that a plain line answers; Enter alone gives its usual answer. */
  asking: Asking | null;
  onProblem: (text: string) => void;
  /** Why the last line was not taken. */
  problem: string | null;
  tasks: readonly KnownTask[];
  /** Lines sent before, newest last. */
  sent: readonly string[];
}

export function Composer({
  field,
  text,
  onTextChange,
  onSend,
  onFiles,
  onProblem,
  offer,
  asking,
  problem,
  tasks,
  sent,
}: ComposerProps) {
  const id = useId();
  const [caret, setCaret] = useState(text.length);

  const change = (next: string, at: number) => {
    onTextChange(next);
    setCaret(at);
  };
  // Through the element, so that the caret ends behind what was put in.
  const put = (insert: string, from: number, to: number) => {
    const element = field.current;
    if (!element) return;
    element.setRangeText(insert, from, to, "end");
    change(element.value, element.selectionStart);
  };
  const recall = useRecall(sent, (line) => put(line, 0, text.length));
  const { list, active, onKey } = useCompletion({
    text,
    caret,
    tasks,
    asking,
    onPick: (item, { from, to }) => put(item.insert, from, to),
  });

  const submit = () => {
    const line = text.trim() === "" ? (offer ?? asking?.usual ?? null) : text.trim();
    if (line === null) return;
    recall.forget();
    onSend(line);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (onKey(event) || event.nativeEvent.isComposing || event.repeat) return;
    if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      submit();
    } else if (recall.onKey(event, text)) event.preventDefault();
  };

  return (
    <div className="relative flex flex-col gap-1.5 border-border border-t px-3 pt-3 pb-2">
      {list && (
        <CompletionPopup
          id={`${id}-list`}
          label={listLabels[list.kind]}
          items={list.items}
          active={active}
          onPick={(item) => {
            put(item.insert, list.from, list.to);
            field.current?.focus();
          }}
        />
      )}
      {problem && (
        <p role="alert" id={`${id}-problem`} className="flex items-start gap-1 text-danger text-xs">
          <CircleAlert aria-hidden className="mt-px size-3.5 shrink-0" />
          {problem}
        </p>
      )}
      <div className="flex items-end gap-2">
        <Textarea
          ref={field}
          rows={1}
          value={text}
          aria-label="Message"
          aria-describedby={`${id}-hint${problem ? ` ${id}-problem` : ""}`}
          aria-autocomplete="list"
          // A list under a field of several lines: a combobox only while it is open, else plain text.
          {...(list && { role: "combobox", "aria-expanded": true, "aria-controls": `${id}-list` })}
          aria-activedescendant={list && active >= 0 ? optionId(`${id}-list`, active) : undefined}
          placeholder={asking ? "Your answer" : "A request, or / for commands"}
          maxLength={16_384}
          onChange={(event) => change(event.target.value, event.target.selectionStart)}
          onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
          onKeyDown={onKeyDown}
          onDragOver={takeFiles}
          onDrop={(event) => {
            const { files } = event.dataTransfer;
            if (files.length === 0) return;
            event.preventDefault();
            onFiles(files);
          }}
          className="max-h-48! min-h-(--control-height)! resize-none!"
        />
        <DictateButton
          onWords={(words) => {
            const element = field.current;
            if (!element) return;
            const at = element.selectionStart;
            put(/\S$/.test(element.value.slice(0, at)) ? ` ${words}` : words, at, element.selectionEnd);
          }}
          onProblem={onProblem}
        />
        <IconButton label="Send" shortcut="$mod+Enter" variant="primary" tooltipSide="top" onClick={submit}>
          <SendHorizontal aria-hidden />
        </IconButton>
      </div>
      <ComposerHint
        id={`${id}-hint`}
        text={text}
        isOffered={offer !== null}
        asking={asking}
        count={list?.items.length ?? 0}
      />
    </div>
  );
}

/** Without this the browser takes what is dropped for a page to open. Text that is dragged is its own matter. */
function takeFiles(event: DragEvent) {
  if (event.dataTransfer.types.includes("Files")) event.preventDefault();
}

const listLabels = { command: "Commands", option: "Options", value: "Values", task: "Tasks" } as const;
