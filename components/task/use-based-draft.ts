import { useDraft } from "@/components/task/use-draft.ts";

export interface BasedDraft {
  /** Null: nothing was typed. */
  text: string | null;
  isOvertaken: boolean;
  write: (text: string) => void;
  /** That text has been told of: from here on the draft stands on it. */
  rebase: (text: string) => void;
  drop: () => void;
}

/** A draft that is kept, of a text that stands somewhere, with the text it was begun on. */
export function useBasedDraft(id: string, standing: string): BasedDraft {
  const [text, setText] = useDraft(id);
  const [base, setBase] = useDraft(`${id}.base`);
  return {
    text,
    isOvertaken: isOvertaken({ text, base }, standing),
    write: (typed) => {
      if (text === null) setBase(standing);
      setText(typed);
    },
    rebase: setBase,
    drop: () => {
      setText(null);
      setBase(null);
    },
  };
}

/** Somebody wrote another text since the draft was begun: saving would overwrite what nobody has seen. */
export const isOvertaken = ({ text, base }: { text: string | null; base: string | null }, standing: string): boolean =>
  text !== null && text !== standing && base !== null && base !== standing;
