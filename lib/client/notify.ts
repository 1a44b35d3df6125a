import type { toast as Toast } from "sonner";

interface Notice {
  /** What is known beyond the title: the reason, what was kept. */
  description?: string;
  /** One way on, such as Retry. */
  action?: { label: string; onClick: () => void };
  /** The other way on, such as `Keep theirs`. */
  cancel?: { label: string; onClick: () => void };
  /** A later notice with the same id takes the place of the earlier. */
  id?: string;
  /** It is gone: closed by somebody, or dismissed. */
  onDismiss?: () => void;
}

/** Its code comes with the first toast, or with the toaster, whichever is sooner. */
const raise = (work: (toast: typeof Toast) => unknown): void => {
  void import("sonner").then(({ toast }) => work(toast));
};

/** Has the code of toasts come while it can: what is to be told first may be that the server is gone. */
export const prepareToasts = (): void => raise(() => {});

const durationOf = (notice: Notice) => (notice.action ? 8000 : 6000);

/** Toasts: 6 s, 8 s with an action such as Undo; errors stay until closed. Never the only place for an error. */
export const notify = {
  info: (title: string, notice: Notice = {}) =>
    raise((toast) => toast(title, { duration: durationOf(notice), ...notice })),
  success: (title: string, notice: Notice = {}) =>
    raise((toast) => toast.success(title, { duration: durationOf(notice), ...notice })),
  attention: (title: string, notice: Notice = {}) =>
    raise((toast) => toast.warning(title, { duration: 8000, ...notice })),
  error: (title: string, notice: Notice = {}) =>
    raise((toast) => toast.error(title, { duration: Number.POSITIVE_INFINITY, closeButton: true, ...notice })),
  dismiss: (id: string) => raise((toast) => toast.dismiss(id)),
};
