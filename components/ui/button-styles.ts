const base =
  "hit-area relative inline-flex shrink-0 select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-md border font-medium disabled:opacity-60 aria-disabled:opacity-60 forced-colors:disabled:text-[GrayText] [&_svg]:size-4 [&_svg]:shrink-0";

const variants = {
  primary: "border-transparent bg-accent text-on-accent enabled:hover:bg-accent-hover",
  secondary: "border-border bg-surface text-text enabled:hover:border-border-strong enabled:hover:bg-bg",
  outline: "border-accent bg-surface text-accent enabled:hover:bg-selected",
  attention: "border-attention bg-surface text-attention enabled:hover:bg-attention-tint",
  ghost:
    "border-transparent text-muted enabled:hover:bg-sunken enabled:hover:text-text aria-expanded:bg-sunken data-[state=on]:bg-selected data-[state=on]:text-text",
  danger: "border-transparent bg-danger text-on-accent enabled:hover:opacity-90",
  link: "border-transparent text-accent underline-offset-4 enabled:hover:underline",
};
const sizes = { md: "h-control text-sm", sm: "h-control-compact text-xs" };
const paddings = { md: "px-3", sm: "px-2" };

export type ButtonVariant = keyof typeof variants;
export type ButtonSize = keyof typeof sizes;

interface ButtonLook {
  variant?: ButtonVariant | undefined;
  size?: ButtonSize | undefined;
  isIcon?: boolean;
}

/** The look of everything that is pressed. The transparent border becomes visible in forced colours. */
export function buttonStyles({ variant = "secondary", size = "md", isIcon }: ButtonLook): string {
  const padding = isIcon ? "aspect-square px-0" : variant === "link" ? "px-0" : paddings[size];
  return `${base} ${variants[variant]} ${sizes[size]} ${padding}`;
}
