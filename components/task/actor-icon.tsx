import { Bot, KeyRound, type LucideIcon, Orbit, UserRound } from "lucide-react";
import type { Actor } from "@/lib/actor.ts";

const kinds: Record<Actor["type"], { icon: LucideIcon; word: string }> = {
  person: { icon: UserRound, word: "Person" },
  session: { icon: Bot, word: "Agent" },
  system: { icon: Orbit, word: "System" },
  token: { icon: KeyRound, word: "API token" },
};

/** What kind of actor it was. */
export function ActorIcon({ type }: { type: Actor["type"] }) {
  const { icon: Icon, word } = kinds[type] ?? kinds.system;
  return (
    <span role="img" aria-label={word} title={word} className="inline-flex text-subtle">
      <Icon aria-hidden className="size-4" />
    </span>
  );
}
