"use client";

import { Monitor, Moon, Sun, SunMoon } from "lucide-react";
import { useTheme } from "next-themes";
import { DropdownMenu } from "@/components/ui/dropdown-menu.tsx";
import { IconButton } from "@/components/ui/icon-button.tsx";

const options = [
  { id: "light", value: "light", label: "Light", icon: <Sun aria-hidden /> },
  { id: "dark", value: "dark", label: "Dark", icon: <Moon aria-hidden /> },
  { id: "system", value: "system", label: "Like the system", icon: <Monitor aria-hidden /> },
];

export function ThemeMenu({ side }: { side?: "top" | "right" }) {
  const { theme = "system", setTheme } = useTheme();
  return (
    <DropdownMenu
      side={side}
      align="end"
      entries={[{ kind: "choice", id: "theme", value: theme, options, onChange: setTheme }]}
    >
      <IconButton label="Theme" tooltipSide={side}>
        <SunMoon aria-hidden />
      </IconButton>
    </DropdownMenu>
  );
}
