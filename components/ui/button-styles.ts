import { cva, type VariantProps } from "class-variance-authority";

/** The look of everything that is pressed. The transparent border becomes visible in forced colours. */
export const buttonStyles = cva(
  "hit-area relative inline-flex shrink-0 select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-md border font-medium text-sm disabled:opacity-60 aria-disabled:opacity-60 forced-colors:disabled:text-[GrayText] [&_svg]:size-4 [&_svg]:shrink-0",
  {
    variants: {
      variant: {
        primary: "border-transparent bg-accent text-on-accent enabled:hover:bg-accent-hover",
        secondary: "border-border bg-surface text-text enabled:hover:border-border-strong enabled:hover:bg-bg",
        outline: "border-accent bg-surface text-accent enabled:hover:bg-selected",
        attention: "border-attention bg-surface text-attention enabled:hover:bg-attention-tint",
        ghost:
          "border-transparent text-muted enabled:hover:bg-sunken enabled:hover:text-text aria-expanded:bg-sunken data-[state=on]:bg-selected data-[state=on]:text-text",
        danger: "border-transparent bg-danger text-on-accent enabled:hover:opacity-90",
        link: "border-transparent px-0 text-accent underline-offset-4 enabled:hover:underline",
      },
      size: { md: "h-control px-3", sm: "h-control-compact px-2 text-xs" },
      isIcon: { true: "aspect-square px-0", false: "" },
    },
    compoundVariants: [{ variant: "link", className: "px-0" }],
    defaultVariants: { variant: "secondary", size: "md", isIcon: false },
  },
);

export type ButtonVariant = NonNullable<VariantProps<typeof buttonStyles>["variant"]>;
export type ButtonSize = NonNullable<VariantProps<typeof buttonStyles>["size"]>;
