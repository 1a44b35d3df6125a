import { type ClassValue, clsx } from "clsx";
import { extendTailwindMerge } from "tailwind-merge";

const merge = extendTailwindMerge({
  extend: {
    theme: { text: ["2xs", "mono-sm"], shadow: ["menu", "dialog", "card"] },
    classGroups: {
      z: [{ z: ["sticky", "dock", "overlay", "dialog", "toast", "tooltip"] }],
      h: [{ h: ["control", "control-compact"] }],
    },
  },
});

/** Joins class names; of two that set the same property the later one wins. */
export function cn(...classes: ClassValue[]): string {
  return merge(clsx(classes));
}
