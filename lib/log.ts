import pino from "pino";
import { env } from "@/lib/env.ts";

/** Structured lines on stderr; credentials never reach them. */
export const logger = pino(
  {
    level: env.RUNBOARD_LOG_LEVEL,
    redact: ["*.token", "*.authorization", "*.cookie", "headers.authorization", "headers.cookie"],
  },
  pino.destination({ dest: 2, sync: true }),
);
