import { Radio, Unplug, WifiOff } from "lucide-react";
import { cn } from "@/components/ui/class-names.ts";

export type Connection = "live" | "reconnecting" | "offline";

const looks = {
  live: { icon: Radio, label: "Live", className: "text-success" },
  reconnecting: { icon: Unplug, label: "Reconnecting", className: "text-attention" },
  offline: { icon: WifiOff, label: "Offline", className: "text-danger" },
};

/** For the foot of the sidebar; the word gives way when the sidebar is narrow. */
export function ConnectionBadge({ connection }: { connection: Connection }) {
  const { icon: Icon, label, className } = looks[connection];
  return (
    <span title={label} className="flex items-center gap-2 px-3 text-muted text-xs">
      <Icon aria-hidden className={cn("size-4 shrink-0", className)} />
      <span className="@max-[8rem]:sr-only">{label}</span>
    </span>
  );
}
