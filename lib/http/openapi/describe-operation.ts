import type { Operation } from "@/lib/catalogue.ts";
import { errorsOf } from "@/lib/http/openapi/errors-of.ts";
import { exampleOf } from "@/lib/http/openapi/examples/examples.ts";
import { errorResponses } from "@/lib/http/openapi/responses.ts";

/** An operation as the generator leaves it, as far as it is completed here. */
export interface OperationObject {
  operationId?: string;
  parameters?: ParameterObject[];
  requestBody?: { required?: boolean; content: Record<string, { schema: BodySchema; example?: unknown }> };
  responses: Record<string, ResponseObject>;
  [more: string]: unknown;
}
interface ResponseObject {
  description?: string;
  content?: Record<string, object>;
  $ref?: string;
}
interface ParameterObject {
  name?: string;
  in?: string;
  required?: boolean;
  schema?: object;
  $ref?: string;
  [more: string]: unknown;
}
interface BodySchema {
  properties?: Record<string, object>;
  required?: string[];
}

/** What the generator cannot know: who may call it, what it refuses, which headers count, and an example of a call. */
export function describeOperation(operation: Operation, generated: OperationObject): OperationObject {
  const { noun, verb, meta } = operation;
  const example = exampleOf(noun, verb);
  const { requestBody, parameters = [], responses, ...rest } = isDelete(operation) ? withoutBody(generated) : generated;
  const named = parameters.map((parameter) => describeParameter(parameter, example.input));
  const inAddress = new Set(named.map(({ name }) => name));
  const body = Object.fromEntries(Object.entries(example.input).filter(([name]) => !inAddress.has(name)));
  return {
    ...rest,
    description: descriptionOf(operation),
    parameters: [...named, ...headersOf(operation)],
    ...(requestBody ? { requestBody: withExample(requestBody, body) } : {}),
    responses: {
      ...Object.fromEntries(
        Object.entries(responses).map(([status, response]) => [status, answered(response, example.output)]),
      ),
      ...errorResponses(errorsOf(operation)),
    },
    "x-effect": meta.effect,
    "x-policy": meta.policy,
    ...(meta.isDestructive ? { "x-destructive": true } : {}),
  };
}

const isDelete = ({ route }: Operation): boolean => route.method === "DELETE";

/** What a call without a body has to say stands in its address: the generator thinks of a body. */
function withoutBody({ requestBody, parameters = [], ...rest }: OperationObject): OperationObject {
  const { properties = {}, required = [] } = requestBody?.content["application/json"]?.schema ?? {};
  const inQuery = Object.entries(properties).map(([name, schema]) => ({
    ...{ name, in: "query", schema },
    ...(required.includes(name) ? { required: true } : {}),
  }));
  return { ...rest, parameters: [...parameters, ...inQuery] };
}

/** Not said: what our addresses do not know. */
function describeParameter(
  { allowEmptyValue: _, allowReserved: __, ...parameter }: ParameterObject,
  input: Record<string, unknown>,
): ParameterObject {
  const { schema, name = "" } = parameter;
  const { description, ...plain } = (schema ?? {}) as { description?: string };
  return {
    ...parameter,
    schema: plain,
    ...(description === undefined ? {} : { description }),
    ...(name in input ? { example: input[name] } : {}),
  };
}

const headersOf = ({ route, inputSchema, meta }: Operation): ParameterObject[] => [
  ...(route.successStatus === 201 ? [{ $ref: "#/components/parameters/IdempotencyKey" }] : []),
  ...(meta.effect === "write" && "version" in ((inputSchema as { shape?: object }).shape ?? {})
    ? [{ $ref: "#/components/parameters/IfMatch" }]
    : []),
];

function withExample(
  requestBody: NonNullable<OperationObject["requestBody"]>,
  example: object,
): OperationObject["requestBody"] {
  const content = requestBody.content["application/json"];
  if (content === undefined) return requestBody;
  return { ...requestBody, content: { "application/json": { ...content, example } } };
}

const answered = (response: ResponseObject, example: unknown): ResponseObject => ({
  ...response,
  ...{ description: "Done." },
  content: { "application/json": { ...response.content?.["application/json"], example } },
});

const whoMay: Record<Operation["meta"]["policy"], string> = {
  member: "For people and their programs.",
  project: "For people, and for a running session within the project of its own task.",
  "project-output":
    "For people, and for a running session within its project: its own output, and that of sessions that have ended.",
  "project-graph":
    "For people, and for a running session: tasks it created, and tasks that wait for its own task already.",
  sandbox: "For the session itself, with the token of its sandbox.",
};

function descriptionOf({ meta, route, inputSchema }: Operation): string {
  const { cursor } = (inputSchema as { shape?: { cursor?: unknown } }).shape ?? {};
  return [
    `${route.summary}.`,
    whoMay[meta.policy],
    ...(meta.isDestructive ? ["What it ends or removes is not brought back by another call."] : []),
    ...(cursor ? ["Comes in pages: pass `nextCursor` as `cursor`; null means that there are no more."] : []),
  ].join(" ");
}
