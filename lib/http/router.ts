import { ValidationError } from "@orpc/contract";
import { StandardOpenAPICodec, StandardOpenAPIMatcher } from "@orpc/openapi/standard";
import {
  StandardBracketNotationSerializer,
  StandardOpenAPIJsonSerializer,
  StandardOpenAPISerializer,
} from "@orpc/openapi-client/standard";
import { implement, ORPCError } from "@orpc/server";
import { FetchHandler } from "@orpc/server/fetch";
import { StandardHandler } from "@orpc/server/standard";
import { contract } from "@/lib/contract.ts";
import { DomainError, type ErrorBody, toDomainError } from "@/lib/errors.ts";
import { invalidInput } from "@/lib/invalid-input.ts";
import { type Call, invoke } from "@/lib/invoke.ts";
import { logger } from "@/lib/log.ts";

/** The catalogue as HTTP: one procedure an entry, all of them invoke. */
function buildRouter() {
  const nouns = implement(contract).$context<Call>() as unknown as Record<string, Record<string, Implementer>>;
  return Object.fromEntries(
    Object.entries(contract).map(([noun, entries]) => [
      noun,
      Object.fromEntries(
        Object.keys(entries).map((verb) => [
          verb,
          nouns[noun]![verb]!.handler(({ input, context }) => invoke(noun, verb, input, context)),
        ]),
      ),
    ]),
  );
}

interface Implementer {
  handler(run: (options: { input: unknown; context: Call }) => Promise<unknown>): never;
}

/**
 * What the catalogue lets out is JSON as it stands. The framework's serializer looks for dates, files and the like, and copies
 * every field for that: a quarter of the garbage of a list.
 */
class AsItStands extends StandardOpenAPISerializer {
  override serialize(data: unknown): unknown {
    return data;
  }
}

function buildHandler(): FetchHandler<Call> {
  const codec = new StandardOpenAPICodec(
    new AsItStands(new StandardOpenAPIJsonSerializer(), new StandardBracketNotationSerializer()),
    { customErrorResponseBodyEncoder: (error) => bodyOf(error) },
  );
  const handler = new StandardHandler<Call>(buildRouter() as never, new StandardOpenAPIMatcher(), codec, {
    clientInterceptors: [
      async ({ next }) => {
        try {
          return await next();
        } catch (thrown) {
          throw toWireError(thrown);
        }
      },
    ],
  });
  return new FetchHandler(handler);
}

export const openApiHandler = buildHandler();

/** Anything thrown inside, as an error of the closed table. What nobody foresaw goes to the log, whole. */
function toWireError(thrown: unknown): ORPCError<string, unknown> {
  const error = thrown instanceof ORPCError ? fromFramework(thrown) : toDomainError(thrown);
  if (error.code === "INTERNAL") logger.error({ err: thrown }, "an operation failed");
  return new ORPCError(error.code, { status: error.status, message: error.message, data: error.details });
}

function fromFramework(error: ORPCError<string, unknown>): DomainError {
  if (error.cause instanceof ValidationError && error.code === "BAD_REQUEST") return invalidInput(error.cause.issues);
  if (error.code === "BAD_REQUEST") return new DomainError("MALFORMED_BODY", "The request could not be read.");
  return toDomainError(error.cause ?? error);
}

function bodyOf(error: ORPCError<string, unknown>): ErrorBody {
  return {
    code: error.code as ErrorBody["code"],
    message: error.message,
    details: (error.data ?? {}) as ErrorBody["details"],
  };
}
