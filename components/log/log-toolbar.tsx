"use client";

import { AudioLines, Download, WrapText } from "lucide-react";
import type { LogBuffer } from "@/components/log/log-buffer.ts";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import { downloadText } from "@/components/ui/download-text.ts";
import { IconButton } from "@/components/ui/icon-button.tsx";

interface LogToolbarProps {
  buffer: LogBuffer;
  count: number;
  /** The downloaded file's name, without its ending. */
  fileName: string;
  isWrapped: boolean;
  onWrap: (isWrapped: boolean) => void;
  isSpoken: boolean;
  onSpeak: (isSpoken: boolean) => void;
}

export function LogToolbar({ buffer, count, fileName, isWrapped, onWrap, isSpoken, onSpeak }: LogToolbarProps) {
  return (
    <div
      role="toolbar"
      aria-label="Log"
      className="flex items-center gap-1 border-border border-b bg-surface px-2 py-1"
    >
      <span className="me-auto text-subtle text-xs tabular-nums">
        {count.toLocaleString("en")} {count === 1 ? "line" : "lines"}
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
