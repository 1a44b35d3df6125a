"use client";

import { useId } from "react";
import { Checkbox } from "@/components/ui/checkbox.tsx";

interface CheckboxListProps<Value extends string> {
  choices: readonly { value: Value; label: string; note?: string }[];
  chosen: readonly string[];
  /** In the order of the choices. */
  onChange: (chosen: Value[]) => void;
}

/** Any of several, each with a sentence. */
export function CheckboxList<Value extends string>({ choices, chosen, onChange }: CheckboxListProps<Value>) {
  const id = useId();
  const toggle = (value: Value, isChosen: boolean) =>
    onChange(
      choices.flatMap((choice) =>
        (choice.value === value ? isChosen : chosen.includes(choice.value)) ? [choice.value] : [],
      ),
    );
  return (
    <ul className="flex flex-col gap-2 py-1">
      {choices.map(({ value, label, note }) => (
        <li key={value} className="flex items-start gap-2">
          <span className="pt-0.5">
            <Checkbox
              id={`${id}-${value}`}
              checked={chosen.includes(value)}
              onCheckedChange={(isChosen) => toggle(value, isChosen)}
            />
          </span>
          <span className="flex min-w-0 flex-col">
            <label htmlFor={`${id}-${value}`} className="text-sm">
              {label}
            </label>
            {note && <span className="text-muted text-xs">{note}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}
