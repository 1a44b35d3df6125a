import { Check } from "lucide-react";
import { Field } from "@/components/ui/field.tsx";
import { Switch } from "@/components/ui/switch.tsx";

interface InstantSwitchProps {
  label: string;
  help: string;
  source: string;
  checked: boolean;
  onCheckedChange: (isOn: boolean) => void;
  /** How the last change went. */
  status: "idle" | "pending" | "success" | "error";
  error?: string;
  /** Where it is not framed by itself. */
  className?: string;
}

/** Saves at once and says so. */
export function InstantSwitch({ label, help, source, status, error, className, ...control }: InstantSwitchProps) {
  const frame = className ?? "rounded-lg border border-border p-3";
  return (
    <Field isInline label={label} help={help} error={error} source={source} className={frame}>
      <span className="flex items-center gap-2">
        {status === "success" && (
          <span className="flex items-center gap-1 text-success text-xs">
            <Check aria-hidden className="size-3.5" />
            Saved
          </span>
        )}
        <Switch {...control} isBusy={status === "pending"} />
      </span>
    </Field>
  );
}
