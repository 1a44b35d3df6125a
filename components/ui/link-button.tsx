import Link from "next/link";
import type { ReactNode } from "react";
import { type ButtonSize, type ButtonVariant, buttonStyles } from "@/components/ui/button-styles.ts";

interface LinkButtonProps {
  href: string;
  variant?: ButtonVariant;
  size?: ButtonSize;
  children: ReactNode;
}

/** A link that looks like a button. */
export function LinkButton({ href, variant, size, children }: LinkButtonProps) {
  return (
    <Link href={href} className={buttonStyles({ variant, size })}>
      {children}
    </Link>
  );
}
