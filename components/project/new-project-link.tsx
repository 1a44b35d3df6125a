import { Plus } from "lucide-react";
import { LinkButton } from "@/components/ui/link-button.tsx";

export function NewProjectLink() {
  return (
    <LinkButton href="/projects/new" variant="primary">
      <Plus aria-hidden />
      New project
    </LinkButton>
  );
}
