import { Button } from "@/components/ui/button.tsx";

interface StartOverProps {
  isKept: boolean;
  onStartOver: () => void;
}

/** In the footer of a dialog whose form stands as it was left. */
export function StartOver({ isKept, onStartOver }: StartOverProps) {
  if (!isKept) return null;
  return (
    <Button
      variant="ghost"
      onClick={({ currentTarget }) => {
        // The button goes with what it throws away; the focus is where it was when the form was opened.
        currentTarget.closest("[role=dialog]")?.querySelector<HTMLElement>("input, textarea")?.focus();
        onStartOver();
      }}
    >
      Start over
    </Button>
  );
}
