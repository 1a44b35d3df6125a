"use client";

import { RotateCw, ScrollText } from "lucide-react";
import type { ReactNode } from "react";
import { conditionStates, sessionStates } from "@/components/state.ts";
import { meansSentence } from "@/components/task/means-words.ts";
import { reasonSentence } from "@/components/task/reason-words.ts";
import { askedWords, usageWords, waitAfter } from "@/components/task/session-facts.ts";
import { SessionDuration } from "@/components/task/task-facts.tsx";
import { Button } from "@/components/ui/button.tsx";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import { formatBytes, formatUsd } from "@/components/ui/format-amount.ts";
import { formatDuration } from "@/components/ui/format-time.ts";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { StateBadge } from "@/components/ui/state-badge.tsx";
import { tokenWords } from "@/components/usage/spent-words.ts";
import type { Session } from "@/lib/session/schema.ts";

interface SessionRowProps {
  session: Session;
  /** The attempt after it. */
  next: Session | undefined;
  onShowLog: (attempt: number) => void;
}

/** One attempt: how it ended and why, and where its work lies. */
export function SessionRow({ session, next, onShowLog }: SessionRowProps) {
  const sentence = reasonSentence(session.reason);
  const asked = askedWords(session);
  const means = meansSentence(session);
  return (
    <li className="flex flex-col gap-1.5 border-border border-b px-3 py-2.5 last:border-b-0">
      <div className="flex flex-wrap items-center gap-2">
        <span className="font-medium tabular-nums">Attempt {session.attempt}</span>
        <StateBadge state={sessionStates[session.status]} />
        {session.monitoredAt && <StateBadge state={conditionStates.silent}>Noticed by the monitor</StateBadge>}
        <span className="flex items-center gap-2 text-muted text-xs">
          <RelativeTime at={session.startedAt} />
          <SessionDuration session={session} />
        </span>
        <Button
          size="sm"
          variant="ghost"
          className="ms-auto"
          icon={<ScrollText aria-hidden />}
          aria-label={`Show the log of attempt ${session.attempt}`}
          onClick={() => onShowLog(session.attempt)}
        >
          Log
        </Button>
      </div>
      {sentence && <p className="text-muted text-sm">{sentence}</p>}
      {session.message && session.message !== sentence && (
        <p className="text-sm [overflow-wrap:anywhere]">{session.message}</p>
      )}
      <dl className="flex flex-wrap gap-x-4 gap-y-1 text-xs">
        <Fact name="Agent">{[session.agent, session.agentVersion].filter(Boolean).join(" ")}</Fact>
        {session.model && <Fact name="Model">{session.model}</Fact>}
        <Fact name="Sandbox">{providerWords(session.sandboxProvider)}</Fact>
        {session.exitCode !== null && <Fact name="Exit code">{session.exitCode}</Fact>}
        <Fact name="Branch">
          <span className="break-all font-mono">{session.branch}</span>
        </Fact>
        {session.baseCommit && <Commit name="From" commit={session.baseCommit} />}
        {session.resultCommit && <Commit name="Result" commit={session.resultCommit} />}
        {session.isTranscript && (
          <>
            <Fact name="Tokens">{tokenWords(session.tokens) ?? "- (not reported by this agent)"}</Fact>
            <Fact name="Cost">
              {session.costUsd === null ? "- (not reported by this agent)" : formatUsd(session.costUsd)}
            </Fact>
          </>
        )}
        {asked && <Fact name="Asked for">{asked}</Fact>}
        {usageWords(session).map(({ name, words }) => (
          <Fact key={name} name={name}>
            {words}
          </Fact>
        ))}
        {session.droppedBytes > 0 && <Fact name="Output not kept">{formatBytes(session.droppedBytes)}</Fact>}
      </dl>
      {means && <p className="text-subtle text-xs">{means}</p>}
      <NextAttempt wait={waitAfter(session, next)} />
    </li>
  );
}

/** What lay, or lies, between this attempt and the next one. */
function NextAttempt({ wait }: { wait: ReturnType<typeof waitAfter> }) {
  if (wait === null) return null;
  return (
    <p className="flex items-center gap-1.5 text-info text-xs">
      <RotateCw aria-hidden className="size-3.5 shrink-0" />
      {"dueAt" in wait ? (
        <span>
          Next attempt <RelativeTime at={wait.dueAt} />
        </span>
      ) : (
        `Next attempt after ${formatDuration(wait.waitedMs)}`
      )}
    </p>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex min-w-0 items-center gap-1">
      <dt className="text-subtle">{name}</dt>
      <dd className="flex min-w-0 items-center text-muted tabular-nums">{children}</dd>
    </div>
  );
}

function Commit({ name, commit }: { name: string; commit: string }) {
  return (
    <Fact name={name}>
      <code className="font-mono">{commit.slice(0, 8)}</code>
      <CopyButton label={`Copy commit ${commit.slice(0, 8)}`} text={commit} className="-my-1 h-6!" />
    </Fact>
  );
}

/** Says plainly where nothing is kept apart. */
const providerWords = (provider: string) => (provider === "process" ? "process: not isolated" : provider);
