import type { Moves } from "@/components/board/use-moves.ts";
import type { Task } from "@/lib/task/schema.ts";

/** Where a menu or a note opens: at a point of the window. */
export interface Point {
  x: number;
  y: number;
}

/** What stands over the board; one at a time, so that no card carries a menu of its own. */
export type Overlay =
  | { kind: "menu" | "why" | "dependencies"; task: Task; at: Point }
  | CardOverlay
  | { kind: "many" }
  | { kind: "new"; status?: "DRAFT" | "APPROVED"; copyOf?: Task };

/** The dialogs that ask one thing about one card. */
export interface CardOverlay {
  kind: "move" | "priority" | "tags" | "depends" | "feedback" | "delete";
  task: Task;
}

/** What each of them is given. */
export interface OneCard {
  task: Task;
  moves: Moves;
  onClose: () => void;
}
