"use client";

import { useId } from "react";

interface RadioListProps<Value extends string> {
  choices: readonly { value: Value; label: string; note?: string }[];
  chosen: Value;
  onChange: (chosen: Value) => void;
}

/** One of several, each with a sentence. Stands in a `FieldGroup`, which names it. */
export function RadioList<Value extends string>({ choices, chosen, onChange }: RadioListProps<Value>) {
  const id = useId();
  return (
    <ul className="flex flex-col gap-1">
      {choices.map(({ value, label, note }) => (
        <li key={value}>
          <label className="flex min-h-6 items-center gap-2 text-sm pointer-coarse:min-h-11">
            <input
              type="radio"
              name={id}
              checked={value === chosen}
              aria-describedby={note && `${id}-${value}`}
              onChange={() => onChange(value)}
              className="size-4 shrink-0 appearance-none rounded-full border border-border-strong bg-surface checked:border-5 checked:border-accent forced-colors:appearance-auto"
            />
            {label}
          </label>
          {note && (
            <p id={`${id}-${value}`} className="ps-6 text-muted text-xs">
              {note}
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}
