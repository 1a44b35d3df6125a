/** A field that waits for Save. Its text is what stands in the control. */
export interface SettingField {
  /** Its path in the input of the call that saves it: `name`, `settings.retryOn`, `values.logMaxBytes`. */
  name: string;
  section: SectionId;
  label: string;
  help: string;
  control: SettingControlKind;
  /** The text that holds when nobody chose; left out where there is no such thing. */
  defaultText?: string;
  /** The name of the instance's field that holds while this one is empty. */
  inherits?: string;
}

export type SectionId =
  | "general"
  | "agents"
  | "rules"
  | "monitor"
  | "sandbox"
  | "budget"
  | "resources"
  | "instance"
  | "instance-monitor"
  | "instance-storage"
  | "instance-agents"
  | "appearance"
  | "danger";

/** How a field is asked for, and what its text means. "" is null, where null is allowed: `emptyMeans` says what then holds. */
export type SettingControlKind =
  | { kind: "text"; emptyMeans?: string }
  /** Several lines, kept as they are; may be empty. */
  | { kind: "prose" }
  /** A list, one entry per line. */
  | { kind: "lines"; example: string }
  /** An object, as JSON; empty is none. */
  | { kind: "json"; example: string }
  /** One of two: "true" and "false". */
  | { kind: "truth"; choices: readonly SettingChoice[] }
  | { kind: "number"; number: NumberRules }
  /** One of several. */
  | { kind: "choice"; choices: readonly SettingChoice[] }
  /** Any of several: their values, separated by commas. All of them is null. */
  | { kind: "choices"; choices: readonly SettingChoice[] }
  /** A number for each of several, or none: `cli=4,codex=1`. */
  | { kind: "numbers"; choices: readonly SettingChoice[]; number: NumberRules };

export interface SettingChoice {
  value: string;
  label: string;
  /** What follows from it, in a sentence. */
  note?: string;
}

export interface NumberRules {
  min: number;
  max: number;
  unit: string;
  /** What one unit on the screen is on the server: 1000 where seconds are kept as milliseconds. */
  scale?: number;
  /** Digits after the point that the server keeps; none unless said. */
  decimals?: number;
  /** May stay empty; says what then holds. */
  emptyMeans?: string;
}

/** Numbers that may have a point: those that are kept finer than they are shown, too. */
export const isFine = ({ scale, decimals }: NumberRules): boolean => scale !== undefined || decimals !== undefined;
