import type { Shape } from "@/components/reference/document.ts";

/** The last part of `#/components/schemas/Task`. */
export const refName = ($ref: string): string => $ref.split("/").at(-1) ?? $ref;

/** A schema in a few words: `text`, `UUID`, `integer 1 to 200`, `list of Task`, `"DRAFT" or "APPROVED"`. */
export function typeText(shape: Shape): string {
  if (shape.$ref !== undefined) return refName(shape.$ref);
  if (shape.const !== undefined) return JSON.stringify(shape.const);
  if (shape.enum) return shape.enum.map((value) => JSON.stringify(value)).join(" or ");
  if (shape.anyOf) return shape.anyOf.map(typeText).join(" or ");
  if (Array.isArray(shape.type)) return shape.type.join(" or ");
  switch (shape.type) {
    case "array":
      return `list of ${typeText(shape.items ?? {})}`;
    case "string":
      return stringText(shape);
    case "integer":
    case "number":
      return `${shape.type}${rangeText(shape)}`;
    case undefined:
      return "anything";
    default:
      return shape.type;
  }
}

function stringText({ format, maxLength }: Shape): string {
  if (format === "uuid") return "UUID";
  if (format === "date-time") return "time";
  return maxLength === undefined ? "text" : `text up to ${maxLength}`;
}

function rangeText({ minimum, maximum }: Shape): string {
  const from = minimum === undefined || minimum === Number.MIN_SAFE_INTEGER ? null : minimum;
  const to = maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? null : maximum;
  if (from === null && to === null) return "";
  if (to === null) return ` from ${from}`;
  return from === null ? ` up to ${to}` : ` ${from} to ${to}`;
}
