import { fieldsOf, type SectionId } from "@/components/settings/setting-fields.ts";

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
    also: ["Key", "Repository"],
  },
  {
    id: "agents",
    title: "Agent defaults",
    help: "How tasks of this project are carried out.",
    also: ["Autonomous mode", "Require review"],
  },
  {
    id: "instance",
    title: "Instance",
    help: "Holds for all projects of this Runboard.",
    also: ["Limits", "Retry policy", "Concurrency"],
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
    const fields = fieldsOf(section.id).flatMap(({ label, help }) => [label, help]);
    const text = [section.title, section.help, ...section.also, ...fields].join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
