"use client";

import { CircleX, Download } from "lucide-react";
import { type Find, FindField } from "@/components/log/find-field.tsx";
import { buttonStyles } from "@/components/ui/button-styles.ts";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import { downloadText } from "@/components/ui/download-text.ts";
import { IconButton } from "@/components/ui/icon-button.tsx";
import { tipOf } from "@/components/ui/tip.ts";

interface TranscriptToolbarProps {
  find: Find;
  errors: number;
  onNextError: () => void;
  /** The whole of it. */
  text: () => string;
  /** The downloaded file's name, without its ending. */
  fileName: string;
}

export function TranscriptToolbar({ find, errors, onNextError, text, fileName }: TranscriptToolbarProps) {
  return (
    <div
      role="toolbar"
      aria-label="Transcript"
      className="flex flex-wrap items-center gap-1 border-border border-b bg-surface px-2 py-1"
    >
      <FindField {...find} label="Search the transcript" unit="row" />
      {errors > 0 && (
        <button
          type="button"
          onClick={onNextError}
          className={`${buttonStyles({ variant: "ghost", size: "sm" })} text-danger!`}
          {...tipOf({ text: "Next error", shortcut: "e" })}
        >
          <CircleX aria-hidden />
          {errors === 1 ? "1 error" : `${errors.toLocaleString("en")} errors`}
          <span className="sr-only">: go to the next</span>
        </button>
      )}
      <span className="ms-auto flex items-center gap-1">
        <CopyButton label="Copy transcript" text={text} />
        <IconButton label="Download transcript" size="sm" onClick={() => downloadText(text(), `${fileName}.md`)}>
          <Download aria-hidden />
        </IconButton>
      </span>
    </div>
  );
}
