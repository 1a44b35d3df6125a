"use client";

import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import type { ButtonSize } from "@/components/ui/button-styles.ts";
import { copyText } from "@/components/ui/clipboard.ts";
import { IconButton } from "@/components/ui/icon-button.tsx";
import { announce } from "@/lib/client/announce.ts";

interface CopyButtonProps {
  /** What is copied; a function when it is costly to build. */
  text: string | (() => string);
  /** Such as `Copy key`. */
  label: string;
  size?: ButtonSize;
  className?: string;
}

export function CopyButton({ text, label, size = "sm", className }: CopyButtonProps) {
  const [isCopied, setCopied] = useState(false);

  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [isCopied]);

  const copy = async () => {
    const isDone = await copyText(typeof text === "string" ? text : text());
    setCopied(isDone);
    announce(isDone ? "Copied." : "Could not copy: the browser refused.");
  };

  return (
    <IconButton label={label} size={size} className={className} onClick={copy}>
      {isCopied ? <Check aria-hidden className="text-success" /> : <Copy aria-hidden />}
    </IconButton>
  );
}
