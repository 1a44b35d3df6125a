import type { CliOperation } from "./catalogue.ts";

// What the command line does with an operation beyond calling it, by its name. What is not here needs nothing but the loop.

/** After these a task goes its way: they take --wait. */
const waitable = new Set([
  "session.start",
  "session.continue",
  "autonomous.start",
  "task.createAndStart",
  "task.approve",
  "task.queue",
  "task.retry",
  "task.requestChanges",
]);
export const takesWait = ({ name }: CliOperation): boolean => waitable.has(name);

/** Its answer is files, which may be written into a directory. */
export const isExport = ({ name }: CliOperation): boolean => name === "project.export";

/** Its answer is a part of something that grows. */
export const isLog = ({ name }: CliOperation): boolean => name === "session.logs" || name === "autonomous.logs";
export const isJournal = ({ name }: CliOperation): boolean => name === "event.list";
