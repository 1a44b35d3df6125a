import { Markdown } from "@/components/markdown.tsx";
import { type Group, groupsOf, type Shape } from "@/components/reference/document.ts";
import { EntrySection } from "@/components/reference/entry-section.tsx";
import { FieldsTable } from "@/components/reference/fields-table.tsx";
import { ReferenceNav } from "@/components/reference/reference-nav.tsx";
import type { OpenApiDocument } from "@/lib/http/openapi/document.ts";

/** The API's document as a page: nothing but what the document says, and nothing from elsewhere. */
export function Reference({ document }: { document: OpenApiDocument }) {
  const groups = groupsOf(document);
  const named = groups.map(({ name, entries }) => ({
    name,
    entries: entries.map(({ id, summary, method, path }) => ({ id, words: `${summary} ${method} ${path}` })),
  }));
  return (
    <div className="mx-auto flex w-full max-w-6xl flex-col gap-6 px-4 py-6 md:flex-row md:gap-10">
      <ReferenceNav groups={named} />
      <div className="flex min-w-0 flex-1 flex-col gap-8">
        <Markdown text={document.info.description} />
        {groups.map((group) => (
          <GroupSection key={group.name} group={group} />
        ))}
        <Schemas schemas={document.components.schemas as Record<string, Shape>} />
      </div>
    </div>
  );
}

function GroupSection({ group: { name, description, entries } }: { group: Group }) {
  return (
    <section id={`group-${name}`} aria-labelledby={`group-${name}-title`} className="flex scroll-mt-4 flex-col gap-4">
      <div>
        <h2 id={`group-${name}-title`} className="font-semibold text-lg">
          {name}
        </h2>
        <p className="text-muted">{description}</p>
      </div>
      {entries.map((entry) => (
        <EntrySection key={entry.id} entry={entry} />
      ))}
    </section>
  );
}

function Schemas({ schemas }: { schemas: Record<string, Shape> }) {
  return (
    <section aria-labelledby="schemas-title" className="flex flex-col gap-4">
      <h2 id="schemas-title" className="font-semibold text-lg">
        Rows
      </h2>
      {Object.entries(schemas).map(([name, { properties = {} }]) => (
        <section key={name} id={`schema-${name}`} aria-label={name} className="scroll-mt-4">
          <h3 className="font-semibold text-base">{name}</h3>
          <FieldsTable
            label={`Fields of ${name}`}
            fields={Object.entries(properties).map(([field, shape]) => ({
              ...{ name: field, place: "answer", shape, isRequired: false },
            }))}
          />
        </section>
      ))}
    </section>
  );
}
