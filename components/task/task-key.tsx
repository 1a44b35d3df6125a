"use client";

import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { copyText } from "@/components/ui/clipboard.ts";
import { announce } from "@/lib/client/announce.ts";

/** The key, copied when pressed. */
export function TaskKey({ taskKey }: { taskKey: string }) {
  const [isCopied, setCopied] = useState(false);

  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [isCopied]);

  const copy = async () => {
    const isDone = await copyText(taskKey);
    setCopied(isDone);
    announce(isDone ? `${taskKey} copied.` : "Could not copy: the browser refused.");
  };

  return (
    <button
      type="button"
      aria-label={`${taskKey}, copy key`}
      title="Copy key"
      onClick={copy}
      className="group inline-flex min-h-6 min-w-0 items-center gap-1.5 rounded-sm font-mono text-muted text-xs hover:text-text pointer-coarse:min-h-11"
    >
      <span className="truncate">{taskKey}</span>
      {isCopied ? (
        <Check aria-hidden className="size-3.5 text-success" />
      ) : (
        <Copy aria-hidden className="size-3.5 text-subtle" />
      )}
    </button>
  );
}
