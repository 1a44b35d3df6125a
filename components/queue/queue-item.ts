import type { z } from "zod";
import type { queueItemSchema } from "@/lib/queue/contract.ts";

export type QueueItem = z.infer<typeof queueItemSchema>;
