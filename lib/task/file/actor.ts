import type { Actor } from "@/lib/actor.ts";

export const fileActorId = "task-file";

/** Says in the history that it came from a file. */
export const fileActor = (name: string): Actor => ({ type: "system", id: fileActorId, name: `Task file ${name}` });
