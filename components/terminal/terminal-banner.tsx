import { Eye, Keyboard } from "lucide-react";
import { type RefObject, useId } from "react";
import { leaveKeys } from "@/components/terminal/leave-keys.ts";
import { terminalWords, viewerWords } from "@/components/terminal/terminal-words.ts";
import { Button } from "@/components/ui/button.tsx";
import { Checkbox } from "@/components/ui/checkbox.tsx";
import { Kbd } from "@/components/ui/kbd.tsx";
import type { TerminalStatus } from "@/lib/client/terminal-line.ts";

interface TerminalBannerProps {
  status: TerminalStatus;
  control: RefObject<HTMLButtonElement | null>;
  isRead: boolean;
  onTake: () => void;
  onRelease: () => void;
  onRead: (isRead: boolean) => void;
}

/** Whether it is read only or interactive, in words; the click that changes it; the key that leads out. */
export function TerminalBanner({ status, control, isRead, onTake, onRelease, onRead }: TerminalBannerProps) {
  const isOpen = status.phase === "open" && status.view !== null;
  const canType = isOpen && status.view?.canType === true;
  const others = viewerWords(status);
  const readId = useId();
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 border-border border-b bg-surface px-3 py-2">
      <p role="status" className="min-w-0 flex-1 basis-52 text-sm">
        {terminalWords(status)}
        {others && <span className="ms-2 whitespace-nowrap text-muted text-xs">{others}</span>}
      </p>
      {canType && (
        <span className="text-muted text-xs">
          <Kbd keys={leaveKeys[0]} /> or <Kbd keys={leaveKeys[1]} /> leaves the terminal
        </span>
      )}
      <label htmlFor={readId} className="flex items-center gap-1.5 text-muted text-xs">
        <Checkbox id={readId} checked={isRead} onCheckedChange={onRead} />
        Screen reader mode
      </label>
      <Button
        ref={control}
        size="sm"
        variant={canType ? "secondary" : "primary"}
        disabled={!isOpen}
        icon={canType ? <Eye aria-hidden /> : <Keyboard aria-hidden />}
        onClick={canType ? onRelease : onTake}
      >
        {canType ? "Watch only" : "Take over"}
      </Button>
    </div>
  );
}
