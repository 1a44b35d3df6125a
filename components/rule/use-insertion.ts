"use client";

import { type SyntheticEvent, useRef } from "react";

type TextField = HTMLInputElement | HTMLTextAreaElement;

/**
 * Puts text where the person wrote, or pressed, last among the fields of an element, or into the first of them; the focus goes there.
 * A field that the focus only passes on its way to a button does not count.
 */
export function useInsertion() {
  const root = useRef<HTMLDivElement>(null);
  const last = useRef<TextField | null>(null);

  const remember = ({ target }: SyntheticEvent) => {
    if (target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && target.type === "text"))
      last.current = target;
  };
  const insert = ({ before, after }: { before: string; after: string }) => {
    const field = last.current?.isConnected ? last.current : root.current?.querySelector<TextField>("input, textarea");
    if (!field) return;
    const [from, to] = [field.selectionStart ?? field.value.length, field.selectionEnd ?? field.value.length];
    field.focus();
    field.setRangeText(before + after, from, to, "end");
    field.setSelectionRange(from + before.length, from + before.length);
    // For React, which hears of typing.
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  return { root, watch: { onInput: remember, onPointerDown: remember }, insert };
}
