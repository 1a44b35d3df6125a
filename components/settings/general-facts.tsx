import { CopyButton } from "@/components/ui/copy-button.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import type { Project } from "@/lib/project/schema.ts";

/** What was settled when the project was created. */
export function GeneralFacts({ project }: { project: Project }) {
  const repository = project.repoPath ?? project.repoUrl ?? "";
  return (
    <>
      <Field label="Key" source="read only" help={`Stands before every task's number: ${project.key}-1.`}>
        <Input readOnly value={project.key} isMono className="max-w-32" />
      </Field>
      <Field
        label="Repository"
        source="read only"
        help={project.repoPath ? "A path on the orchestrator's machine." : "A URL that git reads from."}
      >
        <Input readOnly value={repository} isMono end={<CopyButton label="Copy repository" text={repository} />} />
      </Field>
    </>
  );
}
