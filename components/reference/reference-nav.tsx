"use client";

import { Search } from "lucide-react";
import { useState } from "react";
import { Input } from "@/components/ui/input.tsx";

/** What the list needs of a group: names and words to be found by. */
export interface NavGroup {
  name: string;
  entries: { id: string; words: string }[];
}

/** The operations by name, with a search over what they do. */
export function ReferenceNav({ groups }: { groups: readonly NavGroup[] }) {
  const [query, setQuery] = useState("");
  const wanted = query.trim().toLowerCase().split(/\s+/);
  const isFound = ({ id, words }: NavGroup["entries"][number]) =>
    wanted.every((word) => `${id} ${words}`.toLowerCase().includes(word));
  const found = groups
    .map(({ name, entries }) => ({ name, entries: entries.filter(isFound) }))
    .filter(({ entries }) => entries.length > 0);
  const count = found.reduce((sum, { entries }) => sum + entries.length, 0);
  return (
    <div className="flex shrink-0 flex-col gap-2 self-start md:sticky md:top-6 md:max-h-[calc(100dvh-6rem)] md:w-60">
      <Input
        type="search"
        size="sm"
        icon={<Search aria-hidden />}
        aria-label="Search operations"
        placeholder="Search operations"
        value={query}
        onChange={(event) => setQuery(event.target.value)}
      />
      <nav aria-label="Operations" className="max-h-60 min-h-0 overflow-y-auto md:max-h-none">
        {found.map(({ name, entries }) => (
          <div key={name} className="mb-2">
            <a href={`#group-${name}`} className="flex min-h-7 items-center px-2 text-muted text-xs hover:underline">
              {name}
            </a>
            <ul>
              {entries.map(({ id }) => (
                <li key={id}>
                  <a
                    href={`#${id}`}
                    className="flex min-h-7 items-center rounded-md px-2 font-mono text-mono-sm hover:bg-sunken"
                  >
                    {id}
                  </a>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </nav>
      <p role="status" className={count === 0 ? "px-2 text-muted text-sm" : "sr-only"}>
        {query.trim() === "" ? "" : count === 0 ? "No operation has these words." : `${count} found`}
      </p>
    </div>
  );
}
