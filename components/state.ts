import {
  AlarmClock,
  Circle,
  CircleCheck,
  CircleDashed,
  CirclePause,
  CirclePlus,
  CircleQuestionMark,
  CircleSlash,
  CircleX,
  Eye,
  FlaskConical,
  Hand,
  Hourglass,
  LoaderCircle,
  Lock,
  type LucideIcon,
  RotateCw,
  ShieldAlert,
  TimerOff,
  Unplug,
  VolumeX,
} from "lucide-react";
import type { Trigger } from "@/lib/rule/schema.ts";
import type { SessionStatus } from "@/lib/session/machine.ts";
import type { TaskStatus } from "@/lib/task/machine.ts";

/** The five colour roles of state. Colour never stands alone: icon, word and colour always travel together. */
export type StateRole = "neutral" | "info" | "attention" | "success" | "danger";

export interface StateLook {
  label: string;
  icon: LucideIcon;
  role: StateRole;
  /** One sentence for tooltips and docs. */
  description: string;
  isSpinning?: true;
  isFaint?: true;
  isDashed?: true;
}

const running: StateLook = {
  label: "Running",
  icon: LoaderCircle,
  role: "info",
  description: "A session is at work on it.",
  isSpinning: true,
};
const cancelled: StateLook = {
  label: "Cancelled",
  icon: CircleSlash,
  role: "neutral",
  description: "Called off. Reopen it to bring it back.",
  isFaint: true,
};
const stalled: StateLook = {
  label: "Stalled",
  icon: TimerOff,
  role: "danger",
  description: "Waited or stayed silent longer than the project allows.",
};

export const taskStates: Record<TaskStatus, StateLook> = {
  DRAFT: { label: "Draft", icon: CircleDashed, role: "neutral", description: "Being written. A draft never runs." },
  APPROVED: { label: "Approved", icon: Circle, role: "neutral", description: "Ready to be queued." },
  QUEUED: { label: "Queued", icon: Hourglass, role: "neutral", description: "Waits in line for a free slot." },
  RUNNING: running,
  VALIDATING: {
    label: "Validating",
    icon: FlaskConical,
    role: "info",
    description: "The work is done and is being checked.",
  },
  REVIEW: { label: "Review", icon: Eye, role: "attention", description: "Finished work that waits for a person." },
  COMPLETED: { label: "Completed", icon: CircleCheck, role: "success", description: "Done. Its dependents may start." },
  FAILED: { label: "Failed", icon: CircleX, role: "danger", description: "Gave up after its last attempt." },
  STALLED: stalled,
  CANCELLED: cancelled,
};

/** Conditions computed from a task; never stored as a status. */
export type Condition =
  | "blocked"
  | "retryWaiting"
  | "noticed"
  | "silent"
  | "quarantined"
  | "paused"
  | "needsYou"
  | "unknown";

export const conditionStates: Record<Condition, StateLook> = {
  blocked: {
    label: "Blocked",
    icon: Lock,
    role: "neutral",
    description: "Waits for other tasks to be completed.",
    isDashed: true,
  },
  retryWaiting: { label: "Retry", icon: RotateCw, role: "info", description: "Waits before the next attempt." },
  noticed: {
    label: "Waits long",
    icon: AlarmClock,
    role: "attention",
    description: "The monitor noticed that it waits longer than the project allows.",
  },
  silent: {
    label: "Silent",
    icon: VolumeX,
    role: "attention",
    description: "Its session neither writes nor computes.",
  },
  quarantined: {
    label: "Quarantined",
    icon: ShieldAlert,
    role: "danger",
    description: "Its sessions were lost three times: kept apart until a person has looked.",
  },
  paused: {
    label: "Starts nothing",
    icon: CirclePause,
    role: "danger",
    description: "It takes up no task now. What runs goes on.",
  },
  needsYou: { label: "Needs you", icon: Hand, role: "attention", description: "A session waits for an answer." },
  unknown: {
    label: "Unknown",
    icon: CircleQuestionMark,
    role: "neutral",
    description: "Not confirmed: the connection was lost.",
  },
};

export const sessionStates: Record<SessionStatus, StateLook> = {
  STARTING: { ...running, description: "The sandbox is being prepared." },
  RUNNING: { ...running, description: "The session is at work." },
  SUCCEEDED: { ...taskStates.COMPLETED, description: "The attempt reached its goal." },
  FAILED: { ...taskStates.FAILED, description: "The attempt did not reach its goal." },
  TIMED_OUT: { label: "Timed out", icon: TimerOff, role: "danger", description: "Ran longer than its time limit." },
  STALLED: { ...stalled, description: "Silent longer than the project allows." },
  CANCELLED: { ...cancelled, description: "Stopped by a person." },
  LOST: { label: "Lost", icon: Unplug, role: "danger", description: "Its host went away. Not counted as an attempt." },
};

/** What a rule did with what happened. */
export const triggerStates: Record<Trigger["status"], StateLook> = {
  CREATED: { label: "Created", icon: CirclePlus, role: "neutral", description: "Its task was created." },
  HELD: {
    label: "Held",
    icon: Hourglass,
    role: "neutral",
    description: "Becomes a task by itself once there is room for it.",
    isDashed: true,
  },
  SKIPPED: {
    label: "Skipped",
    icon: CircleSlash,
    role: "neutral",
    description: "The rule creates no task of it.",
    isFaint: true,
  },
};

/** Class names per role, for what is coloured by state. */
export const roleText: Record<StateRole, string> = {
  neutral: "text-neutral",
  info: "text-info",
  attention: "text-attention",
  success: "text-success",
  danger: "text-danger",
};
export const roleTint: Record<StateRole, string> = {
  neutral: "bg-neutral-tint",
  info: "bg-info-tint",
  attention: "bg-attention-tint",
  success: "bg-success-tint",
  danger: "bg-danger-tint",
};
