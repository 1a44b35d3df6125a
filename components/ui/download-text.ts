import { downloadBlob } from "@/components/ui/download-blob.ts";

/** Offers the text as a file to keep. */
export const downloadText = (text: string, name: string): void =>
  downloadBlob(new Blob([text], { type: "text/plain" }), name);
