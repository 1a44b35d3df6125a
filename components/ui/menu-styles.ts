/** The surface and the lines of everything that opens like a menu. */
export const menuSurfaceStyles =
  "z-dialog max-h-(--radix-popper-available-height) min-w-44 max-w-[min(22rem,calc(100vw-1rem))] origin-(--radix-popper-transform-origin) overflow-y-auto rounded-lg border border-border bg-raised p-1 text-sm text-text shadow-menu data-[state=open]:animate-in data-[state=open]:fade-in-0 data-[state=open]:zoom-in-98 data-[state=open]:duration-180";

export const menuItemStyles =
  "relative flex min-h-7 select-none items-center gap-2 rounded-sm px-2 py-1 -outline-offset-2 pointer-coarse:min-h-11 data-[disabled]:cursor-default data-[disabled]:text-subtle data-[highlighted]:bg-selected data-[state=open]:bg-selected [&_svg]:size-4 [&_svg]:shrink-0";
