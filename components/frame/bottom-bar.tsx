"use client";

import { Ellipsis } from "lucide-react";
import dynamic from "next/dynamic";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { type ReactNode, useState } from "react";
import { type NavLink, navLinks } from "@/components/frame/nav-links.ts";
import { NeedsYouCount } from "@/components/project/needs-you-count.tsx";

const MoreSheet = dynamic(() => import("@/components/frame/more-sheet.tsx").then((file) => file.MoreSheet), {
  ssr: false,
});

/** For the links and for what a screen adds to the bar: an icon over a word. */
export const bottomItemStyles =
  "relative flex min-h-12 min-w-14 flex-1 flex-col items-center justify-center gap-0.5 rounded-md text-muted text-xs -outline-offset-2 aria-[current=page]:font-medium aria-[current=page]:text-accent [&_svg]:size-5";

interface BottomBarProps {
  projectKey?: string;
  switcher?: ReactNode;
  status?: ReactNode;
  actions?: ReactNode;
}

/** The phone's navigation: the first links, what the screen adds, and More. */
export function BottomBar({ projectKey, switcher, status, actions }: BottomBarProps) {
  const [isOpen, setOpen] = useState(false);
  const links = navLinks(usePathname(), projectKey);
  const here = projectKey ? links.slice(0, 2) : links.slice(0, 1);
  return (
    <nav
      aria-label="Main"
      className="z-dock flex shrink-0 items-center border-border border-t bg-surface px-1 pb-[env(safe-area-inset-bottom)] sm:hidden print:hidden"
    >
      {here.map((link) => (
        <BottomLink key={link.href} link={link} projectKey={projectKey} />
      ))}
      {actions}
      <button
        type="button"
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onClick={() => setOpen(true)}
        className={bottomItemStyles}
      >
        <Ellipsis aria-hidden />
        More
      </button>
      {isOpen && (
        <MoreSheet
          links={links.slice(here.length)}
          switcher={switcher}
          status={status}
          onClose={() => setOpen(false)}
        />
      )}
    </nav>
  );
}

function BottomLink({ link, projectKey }: { link: NavLink; projectKey?: string }) {
  const { href, label, icon: Icon, isCurrent } = link;
  return (
    <Link href={href} aria-current={isCurrent ? "page" : undefined} className={bottomItemStyles}>
      <Icon aria-hidden />
      {label}
      {href.endsWith("/inbox") && <NeedsYouCount projectKey={projectKey} isCollapsed />}
    </Link>
  );
}
