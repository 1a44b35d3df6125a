import type { StateLook } from "@/components/state.ts";

/** The same look without the turning icon: where a state is only named and nothing is under way. */
export function still({ isSpinning: _, ...look }: StateLook): StateLook {
  return look;
}
