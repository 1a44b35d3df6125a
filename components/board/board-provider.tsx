"use client";

import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { createContext, type ReactNode, useContext, useState } from "react";
import type { Overlay } from "@/components/board/dialogs.ts";
import { boardSearch } from "@/components/board/use-filter.ts";
import type { ColumnId } from "@/lib/client/columns.ts";
import type { Task } from "@/lib/task/schema.ts";

/** A card in the hand: by pointer or by keyboard. */
export interface Carry {
  task: Task;
  target: ColumnId;
  /** The place among the others of its own column; null over another column. */
  index: number | null;
  how: "pointer" | "keyboard";
  /** Folded columns that opened while it hung over them. */
  unfolded?: readonly ColumnId[];
}

/** What every card needs; changes only with the URL. */
interface BoardFacts {
  projectId: string;
  projectKey: string;
  hrefOf: (task: Pick<Task, "key">) => string;
  openTask: (task: Pick<Task, "key">) => void;
  show: (overlay: Overlay | null) => void;
  highlight: (ids: ReadonlySet<string> | null) => void;
  setCarry: (carry: Carry | null) => void;
}

interface BoardState {
  overlay: Overlay | null;
  highlighted: ReadonlySet<string> | null;
  carry: Carry | null;
  /** The task whose panel is open. */
  openKey: string | null;
}

const FactsContext = createContext<BoardFacts | null>(null);
const StateContext = createContext<BoardState>({ overlay: null, highlighted: null, carry: null, openKey: null });

interface BoardProviderProps {
  projectId: string;
  projectKey: string;
  children: ReactNode;
}

export function BoardProvider({ projectId, projectKey, children }: BoardProviderProps) {
  const router = useRouter();
  const path = usePathname();
  const suffix = boardSearch(new URLSearchParams(useSearchParams()));
  const [overlay, show] = useState<Overlay | null>(null);
  const [highlighted, highlight] = useState<ReadonlySet<string> | null>(null);
  const [carry, setCarry] = useState<Carry | null>(null);
  const openKey = /\/t\/([^/]+)$/.exec(path)?.[1] ?? null;

  const hrefOf = (task: Pick<Task, "key">) => `/p/${projectKey}/t/${task.key}${suffix}`;
  const openTask = (task: Pick<Task, "key">) => router.push(hrefOf(task));
  const facts = { projectId, projectKey, hrefOf, openTask, show, highlight, setCarry };
  return (
    <FactsContext value={facts}>
      <StateContext value={{ overlay, highlighted, carry, openKey }}>{children}</StateContext>
    </FactsContext>
  );
}

export function useBoard(): BoardFacts {
  const board = useContext(FactsContext);
  if (!board) throw new Error("useBoard needs a BoardProvider around it");
  return board;
}

export const useBoardState = (): BoardState => useContext(StateContext);
