"use client";

import dynamic from "next/dynamic";

/** Its readers of tables and lists come with it. */
export const LazyManyTasks = dynamic(
  () => import("@/components/many-tasks/many-tasks.tsx").then((file) => file.ManyTasks),
  { ssr: false },
);
