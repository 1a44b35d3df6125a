import { createFrameSignal, type FrameSignal } from "@/components/log/frame-signal.ts";
import type { LogSink } from "@/components/log/log-reader.ts";
import { createTranscript, type Transcript } from "@/components/transcript/transcript.ts";

/** A transcript outside of React: what reads the log grows it, and its readers are told once per frame. */
export interface TranscriptBuffer extends LogSink, Pick<FrameSignal, "subscribe" | "version"> {
  readonly transcript: Transcript;
}

export function createTranscriptBuffer(): TranscriptBuffer {
  const transcript = createTranscript();
  const { raise, subscribe, version } = createFrameSignal();
  return {
    transcript,
    append(chunk) {
      transcript.feed(chunk);
      raise();
    },
    addNotice(text) {
      transcript.addNotice(text);
      raise();
    },
    subscribe,
    version,
  };
}
