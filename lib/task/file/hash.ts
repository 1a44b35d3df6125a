import { createHash } from "node:crypto";

/** Tells a text of ours from anybody else's. */
export const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");
