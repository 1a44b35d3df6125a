import Link from "next/link";
import { Count } from "@/components/ui/count.tsx";
import { tabListStyles, tabStyles } from "@/components/ui/tab-styles.ts";

interface TabLinksProps {
  label: string;
  tabs: readonly { href: string; label: string; count?: number; isCurrent: boolean }[];
}

/** Tabs that are pages or URL states: links, so that reload, share and middle click work. */
export function TabLinks({ label, tabs }: TabLinksProps) {
  return (
    <nav aria-label={label} className={tabListStyles}>
      {tabs.map((tab) => (
        <Link
          key={tab.href}
          href={tab.href}
          scroll={false}
          aria-current={tab.isCurrent ? "page" : undefined}
          className={tabStyles}
        >
          {tab.label}
          {tab.count !== undefined && <Count value={tab.count} />}
        </Link>
      ))}
    </nav>
  );
}
