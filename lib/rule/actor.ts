import type { Actor } from "@/lib/actor.ts";

/** Says in the history which rule it was. */
export const ruleActor = ({ id, name }: { id: string; name: string }): Actor => ({
  type: "system",
  id,
  name: `Rule ${name}`,
});
