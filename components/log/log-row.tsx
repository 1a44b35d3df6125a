import { Fragment } from "react";
import { findLinks } from "@/components/log/find-links.ts";
import { type LogLine, lineText, sliceSpans } from "@/components/log/log-line.ts";
import { cn } from "@/components/ui/class-names.ts";

const longestShown = 5_000;

interface LogRowProps {
  line: LogLine;
  number: number;
  digits: number;
  isWrapped: boolean;
}

export function LogRow({ line, number, digits, isWrapped }: LogRowProps) {
  const length = lineText(line).length;
  const spans = length > longestShown ? sliceSpans(line.spans, 0, longestShown) : line.spans;
  return (
    <div className="flex min-h-[1.125rem]">
      <span
        aria-hidden
        className="sticky start-0 shrink-0 select-none bg-log ps-3 pe-3 text-end text-subtle tabular-nums"
        style={{ width: `calc(${digits}ch + 1.5rem)` }}
      >
        {number}
      </span>
      <span
        className={cn(
          "pe-4",
          isWrapped ? "min-w-0 whitespace-pre-wrap break-words [overflow-wrap:anywhere]" : "whitespace-pre",
          line.isNotice && "text-subtle italic",
        )}
      >
        {spans.map((span, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: spans have no identity but their place
          <span key={index} className={span.className || undefined}>
            <Linked text={span.text} />
          </span>
        ))}
        {length > longestShown && <span className="text-subtle"> … {length - longestShown} more characters</span>}
      </span>
    </div>
  );
}

function Linked({ text }: { text: string }) {
  if (!text.includes("://")) return text;
  return findLinks(text).map((part) =>
    part.href ? (
      <a
        key={part.at}
        href={part.href}
        target="_blank"
        rel="noopener noreferrer nofollow"
        className="underline underline-offset-2"
      >
        {part.text}
      </a>
    ) : (
      <Fragment key={part.at}>{part.text}</Fragment>
    ),
  );
}
