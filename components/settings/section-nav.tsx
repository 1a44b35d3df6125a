import { Search } from "lucide-react";
import Link from "next/link";
import type { Section } from "@/components/settings/sections.ts";
import { Input } from "@/components/ui/input.tsx";

interface SectionNavProps {
  query: string;
  onQueryChange: (query: string) => void;
  found: readonly Section[];
}

/** The list of sections with its search; beside the page where there is room, above it elsewhere. */
export function SectionNav({ query, onQueryChange, found }: SectionNavProps) {
  return (
    <div className="flex shrink-0 flex-col gap-2 self-start md:sticky md:top-6 md:w-48">
      <Input
        type="search"
        size="sm"
        icon={<Search aria-hidden />}
        aria-label="Search settings"
        placeholder="Search settings"
        value={query}
        onChange={(event) => onQueryChange(event.target.value)}
      />
      <nav aria-label="Settings sections">
        <ul className="flex flex-wrap gap-x-1 gap-y-0.5 md:flex-col">
          {found.map(({ id, title }) => (
            <li key={id}>
              <a
                href={`#${id}`}
                className="hit-area relative flex min-h-7 items-center rounded-md px-2 text-muted text-sm hover:bg-sunken hover:text-text"
              >
                {title}
              </a>
            </li>
          ))}
        </ul>
        <Link
          href="/docs"
          prefetch={false}
          className="hit-area relative mt-2 flex min-h-7 items-center rounded-md px-2 text-muted text-sm hover:bg-sunken hover:text-text"
        >
          API reference
        </Link>
      </nav>
      <p role="status" className="sr-only">
        {query.trim() === "" ? "" : found.length === 1 ? "1 section" : `${found.length} sections`}
      </p>
    </div>
  );
}
