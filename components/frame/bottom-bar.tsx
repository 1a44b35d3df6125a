"use client";

import { Ellipsis } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { type ReactNode, useState } from "react";
import { navLinks } from "@/components/frame/nav-links.ts";
import { ThemeMenu } from "@/components/frame/theme-menu.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";

/** For the links and for what a screen adds to the bar: an icon over a word. */
export const bottomItemStyles =
  "relative flex min-h-12 min-w-14 flex-1 flex-col items-center justify-center gap-0.5 rounded-md text-muted text-xs -outline-offset-2 aria-[current=page]:font-medium aria-[current=page]:text-accent [&_svg]:size-5";

interface BottomBarProps {
  projectKey?: string;
  switcher?: ReactNode;
  status?: ReactNode;
  actions?: ReactNode;
}

/** The phone's navigation: the first link, what the screen adds, and More. */
export function BottomBar({ projectKey, switcher, status, actions }: BottomBarProps) {
  const [isOpen, setOpen] = useState(false);
  const links = navLinks(usePathname(), projectKey);
  const [first, ...others] = links;
  const more = (
    <button type="button" className={bottomItemStyles}>
      <Ellipsis aria-hidden />
      More
    </button>
  );
  return (
    <nav
      aria-label="Main"
      className="z-dock flex shrink-0 items-center border-border border-t bg-surface px-1 pb-[env(safe-area-inset-bottom)] sm:hidden print:hidden"
    >
      {first && <BottomLink {...first} />}
      {actions}
      <Dialog open={isOpen} onOpenChange={setOpen} trigger={more} title="More" shape="sheet">
        {switcher}
        <ul className="my-2 flex flex-col gap-1">
          {others.map(({ icon: Icon, ...link }) => (
            <li key={link.href}>
              <Link
                href={link.href}
                aria-current={link.isCurrent ? "page" : undefined}
                onClick={() => setOpen(false)}
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
    </nav>
  );
}

function BottomLink({ href, label, icon: Icon, isCurrent }: ReturnType<typeof navLinks>[number]) {
  return (
    <Link href={href} aria-current={isCurrent ? "page" : undefined} className={bottomItemStyles}>
      <Icon aria-hidden />
      {label}
    </Link>
  );
}
