import type { Field } from "@/components/reference/document.ts";
import { refName, typeText } from "@/components/reference/type-text.ts";

interface FieldsTableProps {
  label: string;
  fields: readonly Field[];
}

/** Fields by name, with where they stand, what they take and what they are for. */
export function FieldsTable({ label, fields }: FieldsTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
    <section tabIndex={0} aria-label={label} className="overflow-x-auto">
      <table className="w-full border-collapse text-sm">
        <thead>
          <tr className="text-start text-muted text-xs">
            {["Field", "In", "Takes", "Meaning"].map((heading) => (
              <th key={heading} scope="col" className="border-border border-b px-2 py-1 text-start font-medium">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => (
            <FieldRow key={`${field.place} ${field.name}`} field={field} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function FieldRow({ field: { name, place, shape, isRequired } }: { field: Field }) {
  const ref = shape.$ref ?? shape.items?.$ref;
  return (
    <tr className="align-top">
      <th scope="row" className="border-border border-b px-2 py-1 text-start font-mono font-normal text-mono-sm">
        {name}
        {isRequired && <span className="ms-2 font-sans text-muted text-xs">required</span>}
      </th>
      <td className="border-border border-b px-2 py-1 text-muted">{place}</td>
      <td className="border-border border-b px-2 py-1 [overflow-wrap:anywhere]">
        {ref === undefined ? (
          typeText(shape)
        ) : (
          <a href={`#schema-${refName(ref)}`} className="text-accent underline underline-offset-2">
            {typeText(shape)}
          </a>
        )}
        {shape.default !== undefined && <span className="text-muted">, else {JSON.stringify(shape.default)}</span>}
      </td>
      <td className="border-border border-b px-2 py-1">{shape.description}</td>
    </tr>
  );
}
