import { FolderGit2, Hand, Hourglass, type LucideIcon, Settings, SquareKanban } from "lucide-react";

export interface NavLink {
  href: string;
  label: string;
  icon: LucideIcon;
  /** Registry notation. */
  keys: string;
  isCurrent: boolean;
}

/** Where one can go from here. Only routes that exist; a new screen adds one line. */
export function navLinks(path: string, projectKey?: string): NavLink[] {
  const projects = { href: "/projects", label: "Projects", icon: FolderGit2, keys: "g p" };
  const base = `/p/${projectKey}`;
  const ofProject = [
    { href: base, label: "Board", icon: SquareKanban, keys: "g b" },
    { href: `${base}/inbox`, label: "Needs you", icon: Hand, keys: "g i" },
    { href: `${base}/queue`, label: "Queue", icon: Hourglass, keys: "g q" },
    { href: `${base}/settings`, label: "Settings", icon: Settings, keys: "g s" },
  ];
  const links = projectKey ? [...ofProject, projects] : [projects];
  const current = links.filter(({ href }) => path === href || path.startsWith(`${href}/`));
  const closest = current.sort((a, b) => b.href.length - a.href.length)[0];
  return links.map((link) => ({ ...link, isCurrent: link.href === closest?.href }));
}
