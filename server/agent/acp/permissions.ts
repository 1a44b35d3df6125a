import type { InboxMessage } from "@/lib/agent/events.ts";
import type { AgentLink } from "../port.ts";
import type { PermissionOption, PermissionOutcome, PermissionRequest } from "./protocol.ts";
import type { KnownTool } from "./session-updates.ts";

type Answer = Extract<InboxMessage, { kind: "answer" }>;
type Decision = Answer["decision"];

/** Answers what an agent asks leave for: by the project's policy, or with what a person says. */
export interface Permissions {
  decide(request: PermissionRequest, known: KnownTool, askedAs: string): Promise<PermissionOutcome>;
  /** What a person has answered. */
  take(answer: Answer): void;
  /** What was refused since this was asked last, by its title. */
  refusals(): string[];
}

export function createPermissions({ plan, emit }: Pick<AgentLink, "plan" | "emit">): Permissions {
  const open = new Map<string, (answer: Answer) => void>();
  let refused: string[] = [];

  const ask = async ({ tool, input }: KnownTool, askedAs: string): Promise<Decision> => {
    const answered = new Promise<Answer>((resolve) => open.set(askedAs, resolve));
    emit({ kind: "asked", askedAs, tool, input });
    const { decision, by } = await answered;
    emit({ kind: "answered", askedAs, decision, by });
    return decision;
  };

  return {
    async decide({ options = [] }, known, askedAs) {
      const decision = plan.permissions === "ask" ? await ask(known, askedAs) : plan.permissions;
      if (decision === "allow") return choose(options, ["allow_once", "allow_always"]);
      refused.push(known.title);
      if (plan.permissions === "deny") {
        emit({ kind: "notice", level: "warning", text: `Refused by the project's settings: ${known.title}` });
      }
      return choose(options, ["reject_once", "reject_always"]);
    },
    take(answer) {
      open.get(answer.askedAs)?.(answer);
      open.delete(answer.askedAs);
    },
    refusals() {
      const told = refused;
      refused = [];
      return told;
    },
  };
}

/** Once before always: the next question is another one. */
function choose(options: readonly PermissionOption[], kinds: readonly string[]): PermissionOutcome {
  const chosen = kinds.flatMap((kind) => options.find((option) => option.kind === kind) ?? [])[0];
  return chosen === undefined ? { outcome: "cancelled" } : { outcome: "selected", optionId: chosen.optionId };
}
