import { resolve } from "node:path";
import type { CliOperation, Field } from "./catalogue.ts";
import { usage } from "./failure.ts";
import { fieldValue, stdinOnce } from "./field-value.ts";
import { findProject, needProject } from "./find-project.ts";
import { argumentName, optionFields, optionKey, optionName, placed } from "./positionals.ts";
import type { Client, Input } from "./request.ts";
import { findSession } from "./session-ref.ts";
import type { CliSettings } from "./settings.ts";

export type Options = Record<string, unknown>;

interface Given {
  places: readonly string[];
  options: Options;
  client: Client;
  settings: CliSettings;
}

/** The operation's input from what was typed, with the project of the directory where none was named. */
export async function readInput(operation: CliOperation, given: Given): Promise<Input> {
  const typed = typedValues(operation, given);
  const asksStdin = [...typed.values()].some(({ texts }) => texts?.includes("-"));
  const stdin = stdinOnce(asksStdin ? await readStdin() : "");
  const input: Input = {};
  for (const [name, { field, texts, value }] of typed) {
    input[name] = texts === undefined ? value : valueHere(field, fieldValue(field, texts, stdin));
  }
  await nameProject(operation, input, given);
  for (const field of operation.fields) {
    if (field.isRequired && input[field.name] === undefined) throw missing(field);
  }
  if (typeof input.sessionId === "string") input.sessionId = await findSession(given.client, input.sessionId);
  return input;
}

/** A path that is relative to this directory means nothing to a server that was started in another. */
const valueHere = ({ name }: Field, value: unknown): unknown =>
  name === "repoPath" && typeof value === "string" && value !== "" ? resolve(value) : value;

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** What was typed of one field: texts to be read, or what an option without a value stands for. */
interface Typed {
  field: Field;
  texts?: string[];
  value?: boolean | null;
}

function typedValues(operation: CliOperation, { places, options }: Given): Map<string, Typed> {
  const asOptions = new Map<string, Typed>();
  for (const field of optionFields(operation)) {
    const value = options[optionKey(field)];
    if (value === undefined) continue;
    asOptions.set(
      field.name,
      Array.isArray(value) ? { field, texts: value } : { field, value: valueOfFlag(field, value) },
    );
  }
  const { values, extra } = placed(operation, places, new Set(asOptions.keys()));
  if (extra.length > 0) throw usage(`Too much: "${extra[0]}" is one argument more than this command takes.`);
  for (const [name, texts] of values)
    asOptions.set(name, { field: operation.fields.find((field) => field.name === name)!, texts });
  return asOptions;
}

/** --no-area is nothing at all; --queue and --no-queue are true and false. */
const valueOfFlag = (field: Field, value: unknown): boolean | null =>
  field.kind === "boolean" ? value === true : null;

async function nameProject(operation: CliOperation, input: Input, { client, settings, options }: Given): Promise<void> {
  const field = operation.fields.find(({ name }) => name === "projectId");
  if (field === undefined || input.projectId !== undefined || options.allProjects === true) return;
  if (field.isRequired) input.projectId = await needProject(client, settings);
  // A task names its project itself.
  else if (input.taskId === undefined && input.sessionId === undefined) {
    const found = await findProject(client, settings);
    if (found !== null) input.projectId = found;
  }
}

function missing(field: Field) {
  const name = argumentName(field);
  return usage(`<${name}> is missing.`, {
    issues: [{ path: field.name, message: `Give <${name}> or --${optionName(field)}` }],
  });
}
