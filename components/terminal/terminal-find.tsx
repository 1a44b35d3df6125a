import { ChevronDown, ChevronUp } from "lucide-react";
import { useState } from "react";
import { IconButton } from "@/components/ui/icon-button.tsx";
import { Input } from "@/components/ui/input.tsx";

interface TerminalFindProps {
  /** Shows the next place; false: there is none. */
  onFind: (text: string, way: "next" | "previous") => boolean;
}

/** Searches in what the terminal shows and in what has scrolled away. */
export function TerminalFind({ onFind }: TerminalFindProps) {
  const [text, setText] = useState("");
  const [isMissing, setMissing] = useState(false);
  const find = (way: "next" | "previous") => setMissing(text !== "" && !onFind(text, way));
  return (
    <search className="flex items-center gap-2 border-border border-t bg-surface px-3 py-2">
      <Input
        size="sm"
        aria-label="Find in the terminal"
        placeholder="Find"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setMissing(false);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") find(event.shiftKey ? "previous" : "next");
        }}
        className="max-w-56"
      />
      <IconButton label="Previous place" size="sm" onClick={() => find("previous")}>
        <ChevronUp aria-hidden />
      </IconButton>
      <IconButton label="Next place" size="sm" onClick={() => find("next")}>
        <ChevronDown aria-hidden />
      </IconButton>
      <span role="status" className="text-muted text-xs">
        {isMissing && "Not found."}
      </span>
    </search>
  );
}
