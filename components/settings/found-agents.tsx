import { useQuery } from "@tanstack/react-query";
import { CircleCheck, CircleSlash, ShieldCheck, ShieldOff } from "lucide-react";
import type { ReactNode } from "react";
import { Skeleton } from "@/components/ui/skeleton.tsx";
import { problemOf } from "@/lib/client/api.ts";
import { agentsQuery } from "@/lib/client/queries.ts";

/** By orchestrator: the agents' programs with their versions, or what is missing; the sandboxes, and which of them keep nothing apart. */
export function FoundAgents() {
  const { data, error } = useQuery(agentsQuery());
  if (error && !data) return <p className="text-danger text-sm">{problemOf(error).message}</p>;
  if (!data) return <Skeleton className="h-40" />;
  if (data.orchestrators.length === 0)
    return <p className="text-muted text-sm">No orchestrator is running, so nothing has been looked for.</p>;
  return (
    <ul className="flex flex-col gap-3">
      {data.orchestrators.map(({ id, hostId, agents, sandboxes }) => (
        <li key={id} className="flex flex-col gap-3 rounded-lg border border-border bg-surface p-3">
          <h3 className="font-medium text-sm">
            Orchestrator <span className="font-mono text-mono-sm text-muted">{hostId.slice(0, 8)}</span>
          </h3>
          <Group title="Agents" none="It has not said which agents it found.">
            {agents.map(({ name, program, version, problem }) => (
              <Found
                key={name}
                icon={
                  problem === null ? <CircleCheck className="text-success" /> : <CircleSlash className="text-subtle" />
                }
                name={name}
                fact={problem === null ? [version ?? "version unknown", program].filter(Boolean).join(" · ") : problem}
              />
            ))}
          </Group>
          <Group title="Sandboxes" none="It has not said which sandboxes it can use.">
            {sandboxes.map(({ name, isIsolated, isUsable, problem }) => (
              <Found
                key={name}
                icon={
                  !isUsable ? (
                    <CircleSlash className="text-subtle" />
                  ) : isIsolated ? (
                    <ShieldCheck className="text-success" />
                  ) : (
                    <ShieldOff className="text-attention" />
                  )
                }
                name={name}
                fact={isUsable ? (isIsolated ? "isolated" : "not isolated") : `cannot be used. ${problem ?? ""}`}
              />
            ))}
          </Group>
        </li>
      ))}
    </ul>
  );
}

function Group({ title, none, children }: { title: string; none: string; children: ReactNode[] }) {
  return (
    <div className="flex flex-col gap-1">
      <h4 className="text-muted text-xs">{title}</h4>
      {children.length === 0 ? (
        <p className="text-subtle text-sm">{none}</p>
      ) : (
        <ul className="flex flex-col gap-1">{children}</ul>
      )}
    </div>
  );
}

function Found({ icon, name, fact }: { icon: ReactNode; name: string; fact: string }) {
  return (
    <li className="flex items-start gap-2 text-sm [&>svg]:mt-0.5 [&>svg]:size-4 [&>svg]:shrink-0">
      {icon}
      <span className="min-w-0 [overflow-wrap:anywhere]">
        <span className="font-medium">{name}</span> <span className="text-muted">{fact}</span>
      </span>
    </li>
  );
}
