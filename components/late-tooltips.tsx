"use client";

import dynamic from "next/dynamic";

/** Nobody hovers before the first picture. */
export const LateTooltips = dynamic(() => import("@/components/ui/tooltips.tsx").then((file) => file.Tooltips), {
  ssr: false,
});
