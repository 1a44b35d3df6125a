/**
 * The closed table of errors: code → HTTP status, CLI exit code, and whether the same call may succeed later.
 * A message says what was found and what was expected; it never holds a stack, SQL or a path of the server.
 */
export const errorTable = {
  VALIDATION_FAILED: { status: 422, exitCode: 2, isRetryable: false },
  MALFORMED_BODY: { status: 400, exitCode: 2, isRetryable: false },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, exitCode: 2, isRetryable: false },
  PAYLOAD_TOO_LARGE: { status: 413, exitCode: 2, isRetryable: false },
  UNAUTHENTICATED: { status: 401, exitCode: 3, isRetryable: false },
  FORBIDDEN: { status: 403, exitCode: 3, isRetryable: false },
  HOST_NOT_ALLOWED: { status: 421, exitCode: 3, isRetryable: false },
  ORIGIN_NOT_ALLOWED: { status: 403, exitCode: 3, isRetryable: false },
  NOT_FOUND: { status: 404, exitCode: 4, isRetryable: false },
  METHOD_NOT_ALLOWED: { status: 405, exitCode: 2, isRetryable: false },
  ILLEGAL_TRANSITION: { status: 409, exitCode: 5, isRetryable: false },
  TASK_BLOCKED: { status: 409, exitCode: 5, isRetryable: false },
  TASK_HAS_DEPENDENTS: { status: 409, exitCode: 5, isRetryable: false },
  DEPENDENCY_CYCLE: { status: 409, exitCode: 5, isRetryable: false },
  DEPENDENCY_OTHER_PROJECT: { status: 422, exitCode: 2, isRetryable: false },
  VERSION_CONFLICT: { status: 409, exitCode: 5, isRetryable: false },
  STALE_ATTEMPT: { status: 409, exitCode: 5, isRetryable: false },
  KEY_TAKEN: { status: 409, exitCode: 5, isRetryable: false },
  PROMPT_REFUSED: { status: 409, exitCode: 5, isRetryable: false },
  PROJECT_ARCHIVED: { status: 409, exitCode: 5, isRetryable: false },
  IDEMPOTENCY_KEY_REUSED: { status: 409, exitCode: 5, isRetryable: false },
  REPOSITORY_UNUSABLE: { status: 422, exitCode: 2, isRetryable: false },
  QUEUE_FULL: { status: 429, exitCode: 6, isRetryable: true },
  CAPACITY: { status: 429, exitCode: 6, isRetryable: true },
  RESOURCE_EXHAUSTED: { status: 429, exitCode: 6, isRetryable: true },
  NO_WORKER: { status: 503, exitCode: 7, isRetryable: true },
  UNAVAILABLE: { status: 503, exitCode: 7, isRetryable: true },
  INTERNAL: { status: 500, exitCode: 1, isRetryable: true },
} as const;

export type ErrorCode = keyof typeof errorTable;
export type ErrorDetails = Record<string, unknown>;
export interface ErrorBody {
  code: ErrorCode;
  message: string;
  details: ErrorDetails;
}

export class DomainError extends Error {
  override readonly name = "DomainError";
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: ErrorDetails = {},
  ) {
    super(message);
  }

  get status(): number {
    return errorTable[this.code].status;
  }

  get body(): ErrorBody {
    return { code: this.code, message: this.message, details: this.details };
  }
}

export const notFound = (what: string, id: string): DomainError =>
  new DomainError("NOT_FOUND", `There is no ${what} ${id}.`, { what, id });

/** 503 with the time after which the same call may succeed. */
export const tooBusy = (): DomainError =>
  new DomainError("UNAVAILABLE", "The server has too much to do at the moment. Nothing was changed; try again.", {
    retryAfterSeconds: 1,
  });

/** Codes of Node, Prisma and PostgreSQL for a server that is away, and the messages that come without one. */
const databaseGone =
  /\b(ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT|P1001|P1002|P1008|P1017|P2024|P2028|57P0[1-3]|08[0-9]{3})\b|Can't reach database server|Connection terminated|Server has closed the connection|Operation has timed out|is not queryable/;

/** Every connection to the database is in use and was so for long: nothing was begun. */
const databaseBusy =
  /timeout exceeded when trying to connect|Too many database connections opened|Unable to start a transaction in the given time/;

/** The database lives and cannot store any more. */
const databaseFull = /\b53100\b|No space left on device/;

/**
 * What an edge tells its caller about anything thrown: a DomainError as it is, a database that is away, full or has too much to
 * do as UNAVAILABLE, else INTERNAL.
 */
export function toDomainError(thrown: unknown): DomainError {
  if (thrown instanceof DomainError) return thrown;
  if (databaseBusy.test(reasonOf(thrown))) return tooBusy();
  if (databaseFull.test(reasonOf(thrown))) {
    return new DomainError(
      "UNAVAILABLE",
      "The disk of the database is full. Nothing was changed; free some space on the server, then try again.",
    );
  }
  if (isDatabaseGone(thrown)) {
    return new DomainError(
      "UNAVAILABLE",
      "The database does not answer at the moment. Nothing was changed; try again.",
    );
  }
  return new DomainError(
    "INTERNAL",
    "Something went wrong on the server. Nothing was changed; the log has the details.",
  );
}

export const isDatabaseGone = (thrown: unknown): boolean => databaseGone.test(reasonOf(thrown));

/** Codes and last line: the lines before may quote what a person wrote. What fails at a commit has its code in the cause alone. */
function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return "";
  const { code = "", cause } = thrown as { code?: string; cause?: { originalCode?: string } };
  return `${code} ${cause?.originalCode ?? ""} ${thrown.message.trim().split("\n").at(-1)}`;
}
