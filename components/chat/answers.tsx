import { Button } from "@/components/ui/button.tsx";
import { Kbd } from "@/components/ui/kbd.tsx";
import type { Asking } from "@/lib/chat/contract.ts";

interface AnswersProps {
  asking: Asking;
  /** Posts an answer as if it had been written. */
  onAnswer: (text: string) => void;
}

/** Under a question: what may be meant by it, and the ways out of it. The usual answer is the one that Enter alone gives. */
export function Answers({ asking: { choices, usual, moves }, onAnswer }: AnswersProps) {
  return (
    <fieldset aria-label="Answers" className="flex min-w-0 max-w-full flex-col gap-2 pt-1">
      <div className="flex flex-wrap items-center gap-2 empty:hidden">
        {choices.map(({ answer, label }) => (
          <span key={answer} className="inline-flex min-w-0 max-w-full items-center gap-2">
            <Button
              variant={answer === usual ? "outline" : "secondary"}
              onClick={() => onAnswer(answer)}
              className={answerStyles}
            >
              <span className="line-clamp-2 min-w-0 [overflow-wrap:anywhere]">{label}</span>
            </Button>
            {answer === usual && <Kbd keys="Enter" className="pointer-coarse:hidden" />}
          </span>
        ))}
      </div>
      <div className="-ms-3 flex flex-wrap items-center gap-2">
        {moves.map((move) => (
          <Button key={move} variant="ghost" onClick={() => onAnswer(move)} className={answerStyles}>
            {moveLabels[move]}
          </Button>
        ))}
      </div>
    </fieldset>
  );
}

/** As tall as a finger where fingers press, and taller where a title takes two lines. */
const answerStyles =
  "h-auto! min-h-(--control-height) min-w-0 max-w-full shrink! whitespace-normal! py-1 text-start pointer-coarse:min-h-11";

const moveLabels: Record<Asking["moves"][number], string> = {
  back: "Back",
  "create now": "Create now",
  stop: "Stop",
};
