import { Button } from "@/components/ui/button.tsx";
import { namesOf } from "@/lib/rule/event.ts";
import type { When } from "@/lib/rule/schema.ts";

interface PlaceholderLineProps {
  source: When["source"];
  /** `before` and `after` are what goes to either side of the caret. */
  onInsert: (placeholder: { before: string; after: string }) => void;
}

/** What a rule of the source knows of what happened, to be put where the person writes. */
export function PlaceholderLine({ source, onInsert }: PlaceholderLineProps) {
  return (
    <fieldset className="flex min-w-0 flex-wrap items-center gap-1.5">
      <legend className="sr-only">Placeholders</legend>
      {namesOf[source].map((name) => {
        const isOpen = name.endsWith(".");
        return (
          <Button
            key={name}
            size="sm"
            className="font-mono"
            aria-label={`Insert {{${isOpen ? `${name}…` : name}}}`}
            onClick={() => onInsert({ before: `{{${name}${isOpen ? "" : "}}"}`, after: isOpen ? "}}" : "" })}
          >
            {`{{${isOpen ? `${name}…` : name}}}`}
          </Button>
        );
      })}
      <p className="basis-full text-muted text-xs">
        They stand for what happened, in any text of the task; a press puts one where you wrote last. {noteOf[source]}
      </p>
    </fieldset>
  );
}

const noteOf: Record<When["source"], string> = {
  documents: "{{front.status}} is a field of the document's front matter.",
  operations: "{{input.amount}} is a field of what was posted.",
};
