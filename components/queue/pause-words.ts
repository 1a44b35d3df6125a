import { CirclePause } from "lucide-react";
import type { StateLook } from "@/components/state.ts";

/** An orchestrator that claims nothing. */
export const pauseLook: StateLook = {
  label: "Starts nothing",
  icon: CirclePause,
  role: "danger",
  description: "It takes up no task now. What runs goes on.",
};

const sentences: Record<string, string> = {
  DISK: "Its disk is almost full: nothing new starts until there is space again. What runs goes on.",
  INVARIANT:
    "It found something that must never happen and starts nothing new. Its log says what; restart it when that is understood.",
};

/** Why an orchestrator claims nothing, and what to do. */
export const pauseSentence = (reason: string): string => sentences[reason] ?? `It starts nothing new: ${reason}.`;
