import { useEffect, useRef, useState, useSyncExternalStore } from "react";

/** What browsers offer of the Web Speech API, as far as it is used here. */
interface Recognition {
  continuous: boolean;
  interimResults: boolean;
  lang: string;
  start(): void;
  stop(): void;
  abort(): void;
  onresult: ((event: { resultIndex: number; results: ArrayLike<Heard> }) => void) | null;
  onerror: ((event: { error: string }) => void) | null;
  onend: (() => void) | null;
}
type Heard = ArrayLike<{ transcript: string }> & { isFinal: boolean };
type Offered = { SpeechRecognition?: new () => Recognition; webkitSpeechRecognition?: new () => Recognition };

const recognizer = () => (window as Offered).SpeechRecognition ?? (window as Offered).webkitSpeechRecognition;
const never = () => () => {};

/** What went wrong, in words; nothing for what the person did. */
const problems: Record<string, string | undefined> = {
  "not-allowed": "The browser may not use the microphone on this page. Allow it there, then try again.",
  "service-not-allowed": "The browser offers no dictation on this page.",
  "audio-capture": "There is no microphone.",
  network: "The browser's dictation could not be reached.",
};

interface Dictation {
  /** Whether this browser can. */
  isOffered: boolean;
  isListening: boolean;
  toggle: () => void;
}

/** Words said, as text: `onWords` gets each piece when it is settled. The browser does it, some of them by their maker's servers. */
export function useDictation(onWords: (text: string) => void, onProblem: (text: string) => void): Dictation {
  const isOffered = useSyncExternalStore(
    never,
    () => recognizer() !== undefined,
    () => false,
  );
  const [isListening, setListening] = useState(false);
  const running = useRef<Recognition | null>(null);
  useEffect(() => () => running.current?.abort(), []);

  const begin = () => {
    const Recognizer = recognizer();
    if (!Recognizer) return;
    const recognition = new Recognizer();
    Object.assign(recognition, { continuous: true, interimResults: false, lang: navigator.language });
    recognition.onresult = ({ resultIndex, results }) => {
      for (let index = resultIndex; index < results.length; index++) {
        const heard = results[index]!;
        if (heard.isFinal) onWords(heard[0]!.transcript.trim());
      }
    };
    recognition.onerror = ({ error }) => problems[error] && onProblem(problems[error]);
    recognition.onend = () => {
      running.current = null;
      setListening(false);
    };
    running.current = recognition;
    setListening(true);
    recognition.start();
  };
  return { isOffered, isListening, toggle: () => (running.current ? running.current.stop() : begin()) };
}
