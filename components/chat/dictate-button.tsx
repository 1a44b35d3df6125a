import { Mic, MicOff } from "lucide-react";
import { useDictation } from "@/components/chat/use-dictation.ts";
import { IconButton } from "@/components/ui/icon-button.tsx";
import { announce } from "@/lib/client/announce.ts";

interface DictateButtonProps {
  onWords: (text: string) => void;
  onProblem: (text: string) => void;
}

/** Where the browser can take dictation; elsewhere nothing. */
export function DictateButton({ onWords, onProblem }: DictateButtonProps) {
  const { isOffered, isListening, toggle } = useDictation(onWords, onProblem);
  if (!isOffered) return null;
  return (
    <IconButton
      label={isListening ? "Stop dictating" : "Dictate"}
      aria-pressed={isListening}
      data-state={isListening ? "on" : "off"}
      tooltipSide="top"
      onClick={() => {
        announce(isListening ? "Dictation has ended." : "Listening.");
        toggle();
      }}
    >
      {isListening ? <MicOff aria-hidden /> : <Mic aria-hidden />}
    </IconButton>
  );
}
