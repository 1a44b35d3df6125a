"use client";

import { AudioLines, Download, WrapText } from "lucide-react";
import { type Find, FindField } from "@/components/log/find-field.tsx";
import type { LogBuffer } from "@/components/log/log-buffer.ts";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import { downloadText } from "@/components/ui/download-text.ts";
import { IconButton } from "@/components/ui/icon-button.tsx";

interface LogToolbarProps {
  buffer: LogBuffer;
  count: number;
  find: Find;
  /** The downloaded file's name, without its ending. */
  fileName: string;
  isWrapped: boolean;
  onWrap: (isWrapped: boolean) => void;
  isSpoken: boolean;
  onSpeak: (isSpoken: boolean) => void;
}

export function LogToolbar({ buffer, count, find, fileName, isWrapped, onWrap, ...props }: LogToolbarProps) {
  const { isSpoken, onSpeak } = props;
  return (
    <div
      role="toolbar"
      aria-label="Log"
      className="flex flex-wrap items-center gap-1 border-border border-b bg-surface px-2 py-1"
    >
      <FindField {...find} label="Search the log" unit="line" />
      <span className="me-auto ps-1 text-subtle text-xs tabular-nums">
        {count > 0 && `${count.toLocaleString("en")} ${count === 1 ? "line" : "lines"}`}
      </span>
      <IconButton
        label="Read new lines aloud"
        size="sm"
        aria-pressed={isSpoken}
        data-state={isSpoken ? "on" : "off"}
        onClick={() => onSpeak(!isSpoken)}
      >
        <AudioLines aria-hidden />
      </IconButton>
      <IconButton
        label="Wrap long lines"
        size="sm"
        aria-pressed={isWrapped}
        data-state={isWrapped ? "on" : "off"}
        onClick={() => onWrap(!isWrapped)}
      >
        <WrapText aria-hidden />
      </IconButton>
      <CopyButton label="Copy log" text={buffer.plainText} />
      <IconButton label="Download log" size="sm" onClick={() => downloadText(buffer.plainText(), `${fileName}.log`)}>
        <Download aria-hidden />
      </IconButton>
    </div>
  );
}
