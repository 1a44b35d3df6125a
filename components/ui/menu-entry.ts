import type { ReactNode } from "react";

/** A menu as data, so that one list serves the button, the right click and the phone's sheet. */
export type MenuEntry =
  | MenuAction
  | MenuCheck
  | MenuChoice
  | MenuGroup
  | { kind: "separator"; id: string }
  | { kind: "label"; id: string; label: string };

interface MenuLine {
  id: string;
  label: string;
  icon?: ReactNode;
  shortcut?: string;
  isDisabled?: boolean;
  /** A second line; for a disabled entry, the reason. */
  note?: string;
}

export interface MenuAction extends MenuLine {
  kind?: "action";
  isDanger?: boolean;
  onSelect: () => void;
}

export interface MenuCheck extends MenuLine {
  kind: "check";
  isChecked: boolean;
  onChange: (isChecked: boolean) => void;
}

/** One of several. */
export interface MenuChoice {
  kind: "choice";
  id: string;
  value: string;
  options: readonly (MenuLine & { value: string })[];
  onChange: (value: string) => void;
}

export interface MenuGroup extends MenuLine {
  kind: "group";
  entries: readonly MenuEntry[];
}
