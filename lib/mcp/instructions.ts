import type { Caller } from "@/lib/actor.ts";

const forPeople = `Runboard is a Kanban board whose cards run themselves. A card is a task for a coding agent or a command; tasks of a project may
wait for each other. A DRAFT never runs, an APPROVED task runs when somebody queues it (session_start does both) or when the project is in
autonomous mode. task_explain says why one is not running, session_logs with waitSeconds follows its output. Projects and tasks are named by
id or by key, such as DEMO and DEMO-12.`;

/** What a model is told about the server, once, when it connects. */
export const instructionsFor = (_caller: Caller): string => forPeople;
