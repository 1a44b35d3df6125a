"use client";

import { Check, ChevronRight } from "lucide-react";
import * as Menu from "radix-ui/dropdown-menu";
import type { ReactNode } from "react";
import { cn } from "@/components/ui/class-names.ts";
import { Kbd } from "@/components/ui/kbd.tsx";
import type { MenuEntry } from "@/components/ui/menu-entry.ts";
import { menuItemStyles, menuSurfaceStyles } from "@/components/ui/menu-styles.ts";

export function MenuEntries({ entries }: { entries: readonly MenuEntry[] }) {
  return entries.map((entry) => <Entry key={entry.id} entry={entry} />);
}

function Entry({ entry }: { entry: MenuEntry }) {
  switch (entry.kind) {
    case "separator":
      return <Menu.Separator className="-mx-1 my-1 h-px bg-border" />;
    case "label":
      return <Menu.Label className="px-2 py-1 text-subtle text-xs">{entry.label}</Menu.Label>;
    case "check":
      return (
        <Menu.CheckboxItem
          className={menuItemStyles}
          checked={entry.isChecked}
          disabled={entry.isDisabled}
          onCheckedChange={entry.onChange}
          onSelect={(event) => event.preventDefault()}
        >
          <Line line={entry} end={<Chosen />} />
        </Menu.CheckboxItem>
      );
    case "choice":
      return (
        <Menu.RadioGroup value={entry.value} onValueChange={entry.onChange}>
          {entry.options.map((option) => (
            <Menu.RadioItem
              key={option.id}
              value={option.value}
              disabled={option.isDisabled}
              className={menuItemStyles}
            >
              <Line line={option} end={<Chosen />} />
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      );
    case "group":
      return (
        <Menu.Sub>
          <Menu.SubTrigger className={menuItemStyles} disabled={entry.isDisabled}>
            <Line line={entry} end={<ChevronRight aria-hidden className="text-subtle rtl:rotate-180" />} />
          </Menu.SubTrigger>
          <Menu.Portal>
            <Menu.SubContent className={menuSurfaceStyles} sideOffset={4} collisionPadding={8}>
              <MenuEntries entries={entry.entries} />
            </Menu.SubContent>
          </Menu.Portal>
        </Menu.Sub>
      );
    default:
      return (
        <Menu.Item
          className={cn(menuItemStyles, entry.isDanger && "text-danger")}
          disabled={entry.isDisabled}
          onSelect={entry.onSelect}
        >
          <Line line={entry} />
        </Menu.Item>
      );
  }
}

function Chosen() {
  return (
    <Menu.ItemIndicator>
      <Check aria-hidden />
    </Menu.ItemIndicator>
  );
}

interface LineProps {
  line: { label: string; icon?: ReactNode; shortcut?: string; note?: string };
  end?: ReactNode;
}

function Line({ line, end }: LineProps) {
  return (
    <>
      {line.icon}
      <span className="min-w-0 flex-1">
        <span className="block truncate">{line.label}</span>
        {line.note && <span className="block text-subtle text-xs">{line.note}</span>}
      </span>
      {line.shortcut && <Kbd keys={line.shortcut} className="ms-4" />}
      {end}
    </>
  );
}
