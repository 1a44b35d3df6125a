/**
 * Whether a name may be used as a branch: the rules of `git check-ref-format --branch`, and stricter where a name could
 * be taken for an option, a revision expression or hide what it is (control and direction characters).
 */
export function isSafeRef(name: string): boolean {
  if (name.length === 0 || Buffer.byteLength(name) > 200) return false;
  // Letters, digits and marks of any script; no space, control, bidi or format character, none of ~^:?*[\ and quotes.
  if (!/^[\p{L}\p{N}\p{M}._/@+#=,%-]+$/u.test(name)) return false;
  if (name === "@" || name === "HEAD" || name.includes("..") || name.includes("@{")) return false;
  return name.split("/").every(isSafePart);
}

const isSafePart = (part: string): boolean => part !== "" && !/^[.-]|\.$|\.lock$/i.test(part);

/** A full object name, SHA-1 or SHA-256. */
export const isCommitId = (text: string): boolean => /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
