import type { SessionScope } from "@/lib/session/scope.ts";
import { sessionDepthMax, sessionTasksMax } from "@/lib/task/from-session.ts";

const forPeople = `Runboard is a Kanban board whose cards run themselves. A card is a task for a coding agent or a command; tasks of a
project may wait for each other. A DRAFT never runs; an APPROVED task runs when it is queued (session_start does both) or when its project
is in autonomous mode. task_explain says why one is not running; session_logs with waitSeconds follows its output. Projects and tasks go
by id or by key, such as DEMO and DEMO-12.`;

/** What a model is told about the server, once, when it connects. */
export const instructionsFor = (scope: SessionScope | null): string => (scope === null ? forPeople : forSession(scope));

const forSession = ({ taskKey, attempt, project }: SessionScope) =>
  `Runboard is the board that started you: you carry out task ${taskKey} of project ${project.key}, attempt ${attempt}. With these tools
you see that project's board and may add to it, where the work is too much for one task or something else turns up: task_create_batch makes
several tasks at once, whose dependsOn name each other by ref; task_add_dependency makes a task that waits for yours wait for new ones too.
What you add is usually a draft until a person approves it. At most ${sessionTasksMax} tasks a session, ${sessionDepthMax} generations deep.
You do not report the end of your own task here: it is done when you are.`;
