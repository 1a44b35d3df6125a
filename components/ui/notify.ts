import { toast } from "sonner";

interface Notice {
  /** What is known beyond the title: the reason, what was kept. */
  description?: string;
  /** One way on, such as Retry. */
  action?: { label: string; onClick: () => void };
  /** The other way on, such as `Keep theirs`. */
  cancel?: { label: string; onClick: () => void };
  /** A later notice with the same id takes the place of the earlier. */
  id?: string;
}

/** Toasts: 6 s, 8 s with an action such as Undo; errors stay until closed. Never the only place for an error. */
export const notify = {
  info: (title: string, notice: Notice = {}) => toast(title, { duration: notice.action ? 8000 : 6000, ...notice }),
  success: (title: string, notice: Notice = {}) =>
    toast.success(title, { duration: notice.action ? 8000 : 6000, ...notice }),
  attention: (title: string, notice: Notice = {}) => toast.warning(title, { duration: 8000, ...notice }),
  error: (title: string, notice: Notice = {}) =>
    toast.error(title, { duration: Number.POSITIVE_INFINITY, closeButton: true, ...notice }),
  dismiss: (id: string) => toast.dismiss(id),
};
