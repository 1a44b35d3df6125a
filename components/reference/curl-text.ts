import type { Entry } from "@/components/reference/document.ts";

/** The example call as one types it, with the token in a variable. */
export function curlText({ method, path, fields, exampleBody }: Entry): string {
  const address = fields.reduce((text, { name }) => text.replace(`{${name}}`, placeholder(name)), path);
  const lines = [
    `curl -X ${method} "$RUNBOARD_URL${address}"`,
    '-H "Authorization: Bearer $RUNBOARD_TOKEN"',
    ...(exampleBody === undefined
      ? []
      : ['-H "Content-Type: application/json"', `-d '${JSON.stringify(exampleBody).replaceAll("'", "'\\''")}'`]),
  ];
  return lines.join(" \\\n  ");
}

const examples: Record<string, string> = { projectId: "DEMO", taskId: "DEMO-12", dependsOnId: "DEMO-11" };

const placeholder = (name: string): string => examples[name] ?? `<${name}>`;
