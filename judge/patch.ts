/** A change of source text: a seeded mistake, or a place for the judge to act. `find` must occur exactly once, or it fails: a mistake that is not there proves nothing. */
export interface Change {
  find: string;
  replace: string;
  /** `find` has to stand at the beginning of a line: a call put before anything else would become part of it. */
  isStatement?: boolean;
}

export interface Patch extends Change {
  /** From the root of the repository. */
  file: string;
}

/** The same for a function of a database, on the text pg_get_functiondef gives. */
export interface SqlPatch extends Change {
  function: string;
}

/** `where`, of a patch its file or function, is named when it does not fit. */
export function applyPatch(text: string, { find, replace, isStatement, ...where }: Change): string {
  const [before = "", ...after] = text.split(find);
  const place = Object.values(where).join(" ");
  if (after.length !== 1)
    throw new Error(
      `${place}: ${JSON.stringify(find)} occurs ${after.length} times instead of once. Adapt the patch to the source.`,
    );
  if (isStatement && before.slice(before.lastIndexOf("\n") + 1).trim() !== "")
    throw new Error(`${place}: ${JSON.stringify(find)} does not begin its line. Adapt the patch to the source.`);
  return before + replace + after[0];
}
