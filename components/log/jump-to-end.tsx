"use client";

import { ArrowDown } from "lucide-react";
import { Button } from "@/components/ui/button.tsx";
import { Kbd } from "@/components/ui/kbd.tsx";

interface JumpToEndProps {
  /** How many came since the end was left. */
  unseen: number;
  /** What is counted: a `line`, a `row`. */
  unit: string;
  onJump: () => void;
}

/** Over the foot of a list that grows while the reader is elsewhere in it. */
export function JumpToEnd({ unseen, unit, onJump }: JumpToEndProps) {
  return (
    <Button
      size="sm"
      className="absolute! start-1/2 bottom-3 -translate-x-1/2 rounded-full! shadow-menu rtl:translate-x-1/2"
      icon={<ArrowDown aria-hidden />}
      onClick={onJump}
    >
      {unseen > 0 && (
        <span className="tabular-nums">
          {unseen === 1 ? `1 new ${unit}` : `${unseen.toLocaleString("en")} new ${unit}s`}
        </span>
      )}
      Jump to end
      <Kbd keys="f" />
    </Button>
  );
}
