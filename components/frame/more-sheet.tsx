"use client";

import Link from "next/link";
import type { ReactNode } from "react";
import type { navLinks } from "@/components/frame/nav-links.ts";
import { ThemeMenu } from "@/components/frame/theme-menu.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";

interface MoreSheetProps {
  links: ReturnType<typeof navLinks>;
  switcher?: ReactNode;
  status?: ReactNode;
  onClose: () => void;
}

/** What a phone's lower bar has no room for. */
export function MoreSheet({ links, switcher, status, onClose }: MoreSheetProps) {
  return (
    <Dialog open onOpenChange={onClose} title="More" shape="sheet">
      {switcher}
      <ul className="my-2 flex flex-col gap-1">
        {links.map(({ icon: Icon, ...link }) => (
          <li key={link.href}>
            <Link
              href={link.href}
              aria-current={link.isCurrent ? "page" : undefined}
              onClick={onClose}
              className="flex min-h-11 items-center gap-3 rounded-md px-2 text-base aria-[current=page]:bg-selected"
            >
              <Icon aria-hidden className="size-4 text-muted" />
              {link.label}
            </Link>
          </li>
        ))}
      </ul>
      <div className="flex items-center justify-between gap-2">
        {status}
        <ThemeMenu side="top" />
      </div>
    </Dialog>
  );
}
