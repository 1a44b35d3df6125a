import type { TranscriptItem } from "@/components/transcript/transcript-item.ts";

const foldedPx = 32;
const linePx = 22;
const charactersPerLine = 80;

/** About how high a row is before it has been drawn; exact for those that are folded. */
export function estimateRowPx(item: TranscriptItem, isOpen: boolean): number {
  switch (item.kind) {
    case "tool":
    case "question":
    case "stray":
      return isOpen ? 200 : foldedPx;
    case "prompted":
      return item.promptId === null ? (isOpen ? 320 : foldedPx) : 56 + textPx(item.text);
    case "text":
      return item.role === "thinking" && !isOpen ? foldedPx : 8 + textPx(item.text);
    case "ended":
      return 70 + textPx(item.result ?? "");
    case "promptRefused":
      return 8 + textPx(item.reason);
    case "notice":
      return 8 + textPx(item.text);
    default:
      return 24;
  }
}

const textPx = (text: string) => Math.ceil(text.length / charactersPerLine) * linePx;

/** What opens by itself: what went wrong. */
export const isOpenAtFirst = (item: TranscriptItem): boolean => item.kind === "tool" && item.isError;
