/** Shared by every modal surface. */
export const overlayStyles =
  "fixed inset-0 z-overlay bg-overlay data-[state=open]:animate-in data-[state=open]:fade-in-0 data-[state=open]:duration-180";

export const dialogStyles =
  "fixed start-1/2 top-1/2 z-dialog flex max-h-[calc(100dvh-2rem)] w-[calc(100vw-1rem)] -translate-x-1/2 -translate-y-1/2 flex-col rounded-xl border border-border bg-raised text-text shadow-dialog rtl:translate-x-1/2 data-[state=open]:animate-in data-[state=open]:fade-in-0 data-[state=open]:zoom-in-98 data-[state=open]:duration-180";

export const sheetStyles =
  "fixed inset-x-0 bottom-0 z-dialog flex max-h-[85dvh] flex-col rounded-t-xl border border-border bg-raised pb-[env(safe-area-inset-bottom)] text-text shadow-dialog data-[state=open]:animate-in data-[state=open]:slide-in-from-bottom-8 data-[state=open]:fade-in-0 data-[state=open]:duration-180";
