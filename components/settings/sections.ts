import type { SectionId, SettingField } from "@/components/settings/setting-field.ts";
import { fieldsOf } from "@/components/settings/setting-fields.ts";

export interface Section {
  id: SectionId;
  title: string;
  help: string;
  /** Labels of what stands in it besides the fields, for the search. */
  also: readonly string[];
}

export const sections: readonly Section[] = [
  {
    id: "general",
    title: "General",
    help: "What this project is and where its code lives.",
    also: ["Key", "Repository", "Export"],
  },
  {
    id: "agents",
    title: "Agent defaults",
    help: "How tasks of this project are carried out.",
    also: ["Autonomous mode", "Require review", "Concurrency"],
  },
  {
    id: "rules",
    title: "Rules",
    help: "Tasks that are created by themselves: when a document changes, or when a program posts an operation.",
    also: ["Documents", "Operations", "Triggers", "Loop protection", "Limits", "Held", "Skipped", "Write back"],
  },
  {
    id: "sandbox",
    title: "Sandbox and network",
    help: "What keeps a session apart from the machine it runs on.",
    also: ["Isolation", "Internet", "Allow-list"],
  },
  {
    id: "budget",
    title: "Budget and usage",
    help: "What agents may cost, and what they have cost.",
    also: ["Tokens", "Cost", "Today"],
  },
  {
    id: "monitor",
    title: "Monitor and retries",
    help: "What happens to what waits too long, falls silent or fails. What is empty is as the instance says.",
    also: ["Check now", "Escalation strategy", "Pending timeout", "Idle timeout", "Retry policy"],
  },
  {
    id: "resources",
    title: "Resources",
    help: "What one session of this project asks for, unless its task says otherwise. It gets it, or waits.",
    also: ["CPU", "Limits"],
  },
  {
    id: "instance",
    title: "Instance: limits",
    help: "Holds for all projects of this Runboard.",
    also: ["Concurrency", "Agent type"],
  },
  {
    id: "instance-monitor",
    title: "Instance: monitor and retries",
    help: "For all projects that chose nothing of their own.",
    also: ["Escalation strategy", "Pending timeout", "Idle timeout", "Retry policy"],
  },
  {
    id: "instance-storage",
    title: "Instance: logs and disk",
    help: "What is kept, for all projects, and for how long.",
    also: ["Retention", "Audit", "Working copies"],
  },
  {
    id: "instance-agents",
    title: "Instance: agents",
    help: "What each orchestrator has found on its machine, and the agents that are started by a command line.",
    also: ["Claude", "Codex", "Gemini", "OpenCode", "Version", "Sandbox providers", "bwrap"],
  },
  {
    id: "appearance",
    title: "Appearance",
    help: "Only on this device. Takes effect at once.",
    also: ["Theme", "Dark", "Light", "Single-key shortcuts", "Accessibility"],
  },
  { id: "danger", title: "Danger zone", help: "", also: ["Archive project", "Delete the demo"] },
];

/** The sections that speak of what is searched for; all of them for nothing. */
export function findSections(query: string): Section[] {
  const words = query.trim().toLowerCase().split(/\s+/);
  return sections.filter((section) => {
    const fields = fieldsOf(section.id).flatMap(wordsOf);
    const text = [section.title, section.help, ...section.also, ...fields].join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

function wordsOf({ label, help, control }: SettingField): string[] {
  const choices = "choices" in control ? control.choices : [];
  return [label, help, ...choices.flatMap(({ value, label, note = "" }) => [value, label, note])];
}
