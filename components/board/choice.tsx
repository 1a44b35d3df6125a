import type { ReactNode } from "react";

interface ChoiceProps {
  isCurrent?: boolean;
  isDisabled?: boolean;
  onPress: () => void;
  children: ReactNode;
}

/** One line of a dialog that asks for one of several. */
export function Choice({ isCurrent, isDisabled, onPress, children }: ChoiceProps) {
  return (
    <button
      type="button"
      disabled={isDisabled}
      aria-current={isCurrent || undefined}
      onClick={onPress}
      className="flex min-h-9 w-full items-center gap-2 rounded-md px-2 text-start text-sm enabled:hover:bg-selected disabled:text-subtle aria-[current=true]:bg-selected pointer-coarse:min-h-11"
    >
      {children}
    </button>
  );
}
