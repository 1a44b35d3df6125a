import { useRef, useState } from "react";
import { LeaveDialog } from "@/components/settings/leave-dialog.tsx";
import { SectionContent } from "@/components/settings/section-content.tsx";
import { SectionNav } from "@/components/settings/section-nav.tsx";
import { findSections } from "@/components/settings/sections.ts";
import { SettingControl } from "@/components/settings/setting-control.tsx";
import type { SectionId } from "@/components/settings/setting-field.ts";
import { fieldNamed, fieldsOf } from "@/components/settings/setting-fields.ts";
import { SettingsSection } from "@/components/settings/settings-section.tsx";
import { UnsavedBar } from "@/components/settings/unsaved-bar.tsx";
import type { ConfigRow } from "@/components/settings/use-save-settings.ts";
import { useSettingsForm } from "@/components/settings/use-settings-form.ts";
import type { Project } from "@/lib/project/schema.ts";

interface SettingsFormProps {
  project: Project;
  /** Undefined until read: its fields are left out then. */
  config: ConfigRow | undefined;
}

export function SettingsForm({ project, config }: SettingsFormProps) {
  const element = useRef<HTMLFormElement>(null);
  const [query, setQuery] = useState("");
  // A refused field may be in a section that the search has put away.
  const show = (name: string) => {
    setQuery("");
    requestAnimationFrame(() => element.current?.querySelector<HTMLElement>(controlIn(name))?.focus());
  };
  const form = useSettingsForm(project, config, show);
  const labels = form.changed.map(labelOf);
  const found = findSections(query);

  const fields = (section: SectionId) =>
    fieldsOf(section)
      .filter(({ name }) => name in form.saved)
      .map((field) => (
        <div key={field.name} data-setting={field.name}>
          <SettingControl
            field={field}
            saved={form.saved[field.name] ?? ""}
            text={form.textOf(field.name)}
            inherited={field.inherits && form.saved[field.inherits]}
            error={form.errors[field.name]}
            isConflict={form.isConflict(field.name)}
            onChange={(text) => form.onChange(field.name, text)}
          />
        </div>
      ));

  return (
    <form
      ref={element}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void form.submit();
      }}
      className="mx-auto flex min-h-full w-full max-w-4xl flex-col px-4 pt-6 [&_:is(input,textarea,button)]:scroll-mb-24"
    >
      <div className="flex flex-1 flex-col gap-6 pb-10 md:flex-row md:gap-10">
        <SectionNav query={query} onQueryChange={setQuery} found={found} />
        <div className="flex min-w-0 flex-1 flex-col gap-10">
          {found.map((section) => (
            <SettingsSection key={section.id} section={section}>
              <SectionContent id={section.id} project={project} fields={fields(section.id)} />
            </SettingsSection>
          ))}
          {found.length === 0 && <p className="text-muted">No setting matches “{query.trim()}”.</p>}
        </div>
      </div>
      {labels.length > 0 && (
        <UnsavedBar
          labels={labels}
          wrong={named(Object.keys(form.errors))}
          conflicts={named(form.changed.filter(form.isConflict))}
          problem={form.errors[""]}
          isSaving={form.isSaving}
          onShow={show}
          onDiscard={form.discard}
        />
      )}
      <LeaveDialog labels={labels} onDiscard={form.discard} />
    </form>
  );
}

const controlIn = (name: string) => `[data-setting="${name}"] :is(input, textarea, button)`;
const named = (names: readonly string[]) =>
  names.flatMap((name) => (name === "" ? [] : [{ name, label: labelOf(name) }]));
const labelOf = (name: string) => fieldNamed(name)?.label ?? name;
