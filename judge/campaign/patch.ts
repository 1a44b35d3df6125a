/** A change of source text for a test build. `find` must occur exactly once, or the build fails: a bug that is not there proves nothing. */
export interface Patch {
  /** From the root of the repository. */
  file: string;
  find: string;
  replace: string;
}

/** The same for a function of a run's database, on the text pg_get_functiondef gives. */
export interface SqlPatch {
  function: string;
  find: string;
  replace: string;
}

export function applyPatch(text: string, { find, replace, ...where }: { find: string; replace: string }): string {
  const count = text.split(find).length - 1;
  if (count === 1) return text.replace(find, () => replace);
  const place = Object.values(where).join(" ");
  throw new Error(
    `${place}: ${JSON.stringify(find)} occurs ${count} times instead of once. Adapt the patch to the source.`,
  );
}
