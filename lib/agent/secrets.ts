const reference = /\$\{secret:([A-Za-z_][A-Za-z0-9_]*)\}/g;

export class UnknownSecretError extends Error {}

/**
 * Texts with what `${secret:NAME}` stands for in its place, however deep they lie. Throws UnknownSecretError with the name: never
 * is a value said, and never is a reference left standing to be taken for one.
 */
export function fillSecrets<Value>(value: Value, secrets: ReadonlyMap<string, string>): Value {
  if (typeof value === "string") return fillText(value, secrets) as Value;
  if (Array.isArray(value)) return value.map((one) => fillSecrets(one, secrets)) as Value;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, fillSecrets(one, secrets)])) as Value;
}

function fillText(text: string, secrets: ReadonlyMap<string, string>): string {
  return text.replace(reference, (_, name: string) => {
    const found = secrets.get(name);
    if (found !== undefined) return found;
    throw new UnknownSecretError(
      `The secret ${name} is not known: the operator of this orchestrator has to set RUNBOARD_SECRET_${name}.`,
    );
  });
}
