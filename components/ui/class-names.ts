import { clsx } from "clsx";

/**
 * Joins class names. What stands later does not win by itself: a property has one place that sets it, and who means to
 * override a component's own look says so with `!`, as in `h-6!`.
 */
export const cn = clsx;
