"use client";

import dynamic from "next/dynamic";

/** The toaster's code is not needed for the first picture. */
export const LateToaster = dynamic(() => import("@/components/ui/toaster.tsx").then((file) => file.Toaster), {
  ssr: false,
});
