/** The look of every text control but for the size of its text, which is 16 px for fingers, so that phones do not zoom in. */
export const inputStyles =
  "w-full min-w-0 rounded-md border border-border-strong bg-surface px-2.5 text-text pointer-coarse:text-[1rem] disabled:bg-sunken disabled:text-muted aria-invalid:border-danger";
