import { lazy, Suspense } from "react";

// `lazy`, not `next/dynamic`: its fallback can show the plain text, so nothing jumps.
const Markdown = lazy(() => import("@/components/markdown.tsx").then((module) => ({ default: module.Markdown })));

/** A command is shown as it was typed, everything else is Markdown. */
export function MessageText({ text }: { text: string }) {
  if (text.startsWith("/")) {
    return <p className="whitespace-pre-wrap font-mono text-mono-sm [overflow-wrap:anywhere]">{text}</p>;
  }
  return (
    <Suspense fallback={<p className="whitespace-pre-wrap text-base [overflow-wrap:anywhere]">{text}</p>}>
      <Markdown text={text} />
    </Suspense>
  );
}
