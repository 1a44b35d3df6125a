interface ExampleBlockProps {
  title: string;
  text: string;
}

/** Something to copy, folded away until it is wanted. */
export function ExampleBlock({ title, text }: ExampleBlockProps) {
  return (
    <details className="rounded-md border border-border">
      <summary className="cursor-pointer px-3 py-1.5 text-sm">{title}</summary>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        className="overflow-x-auto border-border border-t bg-sunken p-3 font-mono text-mono-sm"
      >
        {text}
      </pre>
    </details>
  );
}
