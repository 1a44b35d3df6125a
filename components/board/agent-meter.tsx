"use client";

import { useQuery } from "@tanstack/react-query";
import { CircleAlert } from "lucide-react";
import Link from "next/link";
import { buttonStyles } from "@/components/ui/button-styles.ts";
import { cn } from "@/components/ui/class-names.ts";
import { tipOf } from "@/components/ui/tip.ts";
import { costToday } from "@/components/usage/usage-words.ts";
import { resourcesQuery, usageQuery } from "@/lib/client/queries.ts";

/** How many of all slots are taken, and what the project's agents cost today where that is known; opens the queue. Its place is kept while that is not known yet. */
export function AgentMeter({ projectId, projectKey }: { projectId: string; projectKey: string }) {
  const { data: usage } = useQuery(usageQuery(projectId));
  const { data } = useQuery(resourcesQuery());
  const sum = (of: "used" | "limit") => data?.orchestrators.reduce((total, { slots }) => total + slots[of], 0) ?? 0;
  const [used, limit] = [sum("used"), sum("limit")];
  const isMissing = data !== undefined && limit === 0;
  const cost = usage ? costToday(usage, new Date()) : null;
  const slots = `${used} of ${limit} agent slots are taken`;
  const name = isMissing ? "No orchestrator is running" : cost === null ? slots : `${slots}; ${cost} today`;
  return (
    <Link
      href={`/p/${projectKey}/queue`}
      aria-label={data ? `Queue: ${name}` : "Queue"}
      {...tipOf({ text: data ? name : "Queue", shortcut: "g q" })}
      className={cn(buttonStyles({ variant: "ghost", size: "sm" }), "min-w-24 flex-col gap-1! max-md:hidden!")}
    >
      {isMissing ? (
        <span className="flex items-center gap-1 text-danger">
          <CircleAlert aria-hidden />
          no agents
        </span>
      ) : (
        <>
          <span className={cn("leading-none tabular-nums", !data && "opacity-0")}>
            agents {used}/{limit}
            {cost !== null && <span className="text-subtle"> · {cost}</span>}
          </span>
          <span aria-hidden className="h-1 w-full overflow-hidden rounded-full bg-border">
            <span
              className="block h-full origin-left bg-accent transition-transform forced-colors:bg-[Highlight] rtl:origin-right"
              style={{ transform: `scaleX(${limit > 0 ? Math.min(1, used / limit) : 0})` }}
            />
          </span>
        </>
      )}
    </Link>
  );
}
