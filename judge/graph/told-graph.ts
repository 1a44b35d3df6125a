import type { JournalEvent } from "../../lib/events.ts";
import { isLegal } from "../campaign/oracle/legal-moves.ts";

interface Node {
  status: string;
  waitsFor: Set<string>;
  /** Sandboxes whose processes are not yet known to be gone. */
  present: number;
}

/** What a hand asks for; `other` where an edge is meant. */
export interface Edit {
  verb: "addDependency" | "removeDependency" | "delete" | "queue" | "unqueue" | "cancel" | "reopen" | "complete";
  task: string;
  other: string;
}

/** What an edit comes to on a graph: a refusal's code, or whether anything changes. */
export type Due = { code: string } | { isChange: boolean };

const editable = ["DRAFT", "APPROVED", "QUEUED", "FAILED", "STALLED", "CANCELLED"];
const queueable = ["APPROVED", "FAILED", "STALLED"];
const released = ["COMPLETED", "CANCELLED"];

/** The graph of one project as the journal tells it, folded by code that shares nothing with the product. */
export class ToldGraph {
  readonly nodes = new Map<string, Node>();

  /** `edges`: what the tasks were created with, which the journal does not tell. */
  constructor(readonly edges: ReadonlyMap<string, readonly string[]>) {}

  /** Takes one event in; a sentence for everything about it that must not be. */
  follow(event: JournalEvent): string[] {
    const id = event.entityId;
    const node = this.nodes.get(id);
    if (event.type === "TASK_CREATED") {
      const waitsFor = new Set(this.edges.get(id) ?? []);
      this.nodes.set(id, { status: event.payload.status, waitsFor, present: 0 });
      return [];
    }
    if (event.type === "SANDBOX_TERMINATED") {
      const owner = this.nodes.get(event.payload.taskId);
      if (owner) owner.present -= 1;
      return owner && owner.present < 0 ? ["its sandbox ends twice"] : [];
    }
    if (event.type === "TASK_DELETED") return this.takeAway(id);
    if (event.type === "TASK_DEPENDENCY_ADDED") return this.addEdge(id, event.payload.dependsOnId);
    if (event.type === "TASK_DEPENDENCY_REMOVED")
      return node?.waitsFor.delete(event.payload.dependsOnId) ? [] : ["an edge goes that was not there"];
    if (event.type === "TASK_STATUS_CHANGED") return this.move(id, event.payload);
    return [];
  }

  /** What this edit comes to as things stand. */
  due({ verb, task, other }: Edit): Due {
    const [node, end] = [this.nodes.get(task), this.nodes.get(other)];
    if (node === undefined) return { code: "NOT_FOUND" };
    if (verb === "addDependency" || verb === "removeDependency") {
      if (end === undefined) return { code: "NOT_FOUND" };
      return verb === "addDependency" ? this.dueEdge(task, other) : { isChange: node.waitsFor.has(other) };
    }
    if (verb === "delete") return this.dueDeletion(task, node);
    if (verb === "queue" && queueable.includes(node.status) && this.openOf(task) > 0) return { code: "TASK_BLOCKED" };
    return this.legalTargets(verb, node.status) ? { isChange: true } : { code: "ILLEGAL_TRANSITION" };
  }

  /** How many of those it waits for are not completed. */
  openOf(id: string): number {
    return [...this.nodes.get(id)!.waitsFor].filter((other) => this.nodes.get(other)?.status !== "COMPLETED").length;
  }

  private dueEdge(task: string, other: string): Due {
    const node = this.nodes.get(task)!;
    if (node.waitsFor.has(other)) return { isChange: false };
    if (!editable.includes(node.status)) return { code: "ILLEGAL_TRANSITION" };
    return this.reaches(other, task) ? { code: "DEPENDENCY_CYCLE" } : { isChange: true };
  }

  private dueDeletion(id: string, { status, present }: Node): Due {
    if (status === "RUNNING" || status === "VALIDATING" || present > 0) return { code: "ILLEGAL_TRANSITION" };
    const isWaitedFor = [...this.nodes.values()].some((one) => one.waitsFor.has(id) && !released.includes(one.status));
    return isWaitedFor && status !== "COMPLETED" ? { code: "TASK_HAS_DEPENDENTS" } : { isChange: true };
  }

  private legalTargets(verb: string, from: string): boolean {
    return this.targets.some((to) => isLegal(verb, from, to));
  }

  private readonly targets = ["APPROVED", "QUEUED", "COMPLETED", "CANCELLED"];

  private reaches(from: string, goal: string): boolean {
    const ahead = [from];
    const seen = new Set(ahead);
    for (const id of ahead) {
      if (id === goal) return true;
      for (const next of this.nodes.get(id)?.waitsFor ?? []) {
        if (!seen.has(next)) ahead.push(next);
        seen.add(next);
      }
    }
    return false;
  }

  private addEdge(id: string, other: string): string[] {
    const due = this.nodes.has(id) && this.nodes.has(other) ? this.dueEdge(id, other) : { code: "NOT_FOUND" };
    this.nodes.get(id)?.waitsFor.add(other);
    if ("code" in due) return [`an edge is stored that has to be refused with ${due.code}`];
    return due.isChange ? [] : ["an edge is stored that is there already"];
  }

  private takeAway(id: string): string[] {
    const due = this.due({ verb: "delete", task: id, other: id });
    this.nodes.delete(id);
    for (const { waitsFor } of this.nodes.values()) waitsFor.delete(id);
    return "code" in due ? [`it is deleted and has to be refused with ${due.code}`] : [];
  }

  private move(id: string, { from, to, verb }: { from: string; to: string; verb: string }): string[] {
    const node = this.nodes.get(id);
    if (node === undefined) return ["it moves and is not there"];
    const wrong = [
      ...(node.status === from ? [] : [`it leaves ${from} and was ${node.status}`]),
      ...(isLegal(verb, from, to) ? [] : [`${verb} from ${from} to ${to} is not legal`]),
      ...(verb === "claim" && this.openOf(id) > 0
        ? [`it is claimed while ${this.openOf(id)} it waits for are open`]
        : []),
    ];
    node.status = to;
    if (verb === "claim") node.present += 1;
    return wrong;
  }
}
