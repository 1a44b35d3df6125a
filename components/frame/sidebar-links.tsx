"use client";

import Link from "next/link";
import { usePathname, useRouter } from "next/navigation";
import { navLinks } from "@/components/frame/nav-links.ts";
import { NeedsYouCount } from "@/components/project/needs-you-count.tsx";
import { useShortcuts } from "@/components/shortcuts.ts";
import { cn } from "@/components/ui/class-names.ts";
import { tipOf } from "@/components/ui/tip.ts";

interface SidebarLinksProps {
  projectKey?: string;
  isCollapsed: boolean;
}

export function SidebarLinks({ projectKey, isCollapsed }: SidebarLinksProps) {
  const path = usePathname();
  const router = useRouter();
  const links = navLinks(path, projectKey);

  useShortcuts(
    links.map((link) => ({
      id: `go-${link.label.toLowerCase()}`,
      keys: link.keys,
      scope: "Everywhere",
      label: `Go to ${link.label.toLowerCase()}`,
      handler: () => router.push(link.href),
    })),
  );

  return (
    <ul className="flex flex-col gap-0.5">
      {links.map(({ icon: Icon, ...link }) => (
        <li key={link.href}>
          <Link
            href={link.href}
            {...tipOf({ text: link.label, shortcut: link.keys, side: "right" })}
            aria-current={link.isCurrent ? "page" : undefined}
            className="relative flex h-control items-center gap-2.5 rounded-md px-2 text-muted hover:bg-sunken hover:text-text aria-[current=page]:bg-selected aria-[current=page]:font-medium aria-[current=page]:text-text"
          >
            <Icon aria-hidden className="size-4 shrink-0" />
            <span className={cn("sr-only truncate", !isCollapsed && "lg:not-sr-only")}>{link.label}</span>
            {link.href.endsWith("/inbox") && <NeedsYouCount projectKey={projectKey} isCollapsed={isCollapsed} />}
          </Link>
        </li>
      ))}
    </ul>
  );
}
