"use client";

import dynamic from "next/dynamic";

/** A long form that few open. */
export const LazyRuleDialog = dynamic(
  () => import("@/components/rule/rule-dialog.tsx").then((file) => file.RuleDialog),
  { ssr: false },
);
