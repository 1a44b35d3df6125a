import type { CliOperation, Field } from "./catalogue.ts";

/**
 * What is said by its place: the project first, wherever an operation has one, the path's parameters in their order, then the one
 * thing that the operation asks for beside them (a title, a text, a decision). Asks it for several, they are options.
 */
export function positionals({ fields }: CliOperation): Field[] {
  const asked = fields.filter(({ isRequired, isInPath }) => isRequired && !isInPath);
  const inPath = fields.filter(({ isInPath }) => isInPath);
  const project = fields.filter(({ name, isInPath }) => name === "projectId" && !isInPath);
  return [...project, ...inPath, ...(asked.length === 1 ? asked : [])];
}

/** Fields that may be given as options: all but those that stand in the path. The project always may. */
export const optionFields = ({ fields }: CliOperation): Field[] =>
  fields.filter((field) => !field.isInPath || field.name === "projectId");

/** Ids are named after what they name: projectId is --project. */
export const optionName = ({ name }: Pick<Field, "name">): string => kebab(name.replace(/(?<=.)Id$/, ""));

/** As commander keeps the option. */
export const optionKey = (field: Field): string =>
  optionName(field).replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

export const argumentName = ({ name }: Pick<Field, "name">): string => kebab(name.replace(/(?<=.)Id$/, ""));

/**
 * Which place is which field. The project may be left out, so with fewer places than fields it is the project that is missing.
 * A field that is given as an option takes no place.
 */
export function placed(operation: CliOperation, given: readonly string[], asOptions: ReadonlySet<string>) {
  const fields = positionals(operation).filter(({ name }) => !asOptions.has(name));
  const isShort = given.length < fields.length && fields[0]?.name === "projectId";
  const taken = isShort ? fields.slice(1) : fields;
  const values = new Map(taken.slice(0, given.length).map((field, at) => [field.name, [given[at]!]]));
  const last = taken.at(-1);
  const extra = given.slice(taken.length);
  // A list and an object take as much as there is: runboard config update maxConcurrent=8 logRetentionDays=7
  if (last === undefined || (last.kind !== "list" && last.kind !== "object")) return { values, extra };
  return { values: values.set(last.name, [...(values.get(last.name) ?? []), ...extra]), extra: [] };
}

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
