import { CornerDownLeft } from "lucide-react";
import { Button } from "@/components/ui/button.tsx";
import { Kbd } from "@/components/ui/kbd.tsx";

interface OfferProps {
  command: string;
  onRun: () => void;
}

/** The command an answer offers, to run with one press. */
export function Offer({ command, onRun }: OfferProps) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Button
        variant="outline"
        icon={<CornerDownLeft aria-hidden />}
        onClick={onRun}
        className="h-auto! min-h-(--control-height) max-w-full shrink! whitespace-normal! py-1 text-start"
      >
        <span className="min-w-0 [overflow-wrap:anywhere]">
          Run <span className="font-mono text-mono-sm">{command}</span>
        </span>
      </Button>
      <Kbd keys="Enter" />
    </div>
  );
}
