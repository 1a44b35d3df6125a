import { expect, it } from "vitest";
import { DomainError, toDomainError } from "@/lib/errors.ts";

it.each([
  ["connect ENOENT /home/postgres/socket/.s.PGSQL.5432", "ENOENT"],
  ["connect ECONNREFUSED 127.0.0.1:5432", "ECONNREFUSED"],
  ["terminating connection due to administrator command", "57P01"],
  ["the database system is starting up", "57P03"],
  ["Connection terminated unexpectedly", ""],
  ["Client has encountered a connection error and is not queryable", ""],
  ["Can't reach database server at localhost", "P1001"],
  ["Raw query failed. Code: `N/A`. Message: `Server has closed the connection.`", "P2010"],
  ["Raw query failed. Code: `N/A`. Message: `Operation has timed out`", "P2010"],
])("a database that is away is UNAVAILABLE and may be tried again: %s", (message, code) => {
  const error = toDomainError(Object.assign(new Error(message), { code }));
  expect([error.code, error.status, error.details]).toEqual(["UNAVAILABLE", 503, {}]);
});

it("a database that is away says so, too, where the driver alone knows the code", () => {
  const cause = { originalCode: "57P01", kind: "postgres" };
  const thrown = new Error("terminating connection due to unexpected postmaster exit", { cause });
  expect(toDomainError(thrown).code).toBe("UNAVAILABLE");
});

it.each([
  "timeout exceeded when trying to connect",
  "Transaction API error: Unable to start a transaction in the given time.",
  "Raw query failed. Code: `53300`. Message: `Too many database connections opened: sorry, too many clients already`",
])("a database with too much to do is UNAVAILABLE with a time: %s", (message) => {
  const error = toDomainError(new Error(message));
  expect([error.code, error.details]).toEqual(["UNAVAILABLE", { retryAfterSeconds: 1 }]);
});

it("anything else says nothing of itself, and a refusal stays as it is", () => {
  const refusal = new DomainError("NOT_FOUND", "There is no task X.");
  expect(toDomainError(refusal)).toBe(refusal);
  expect(toDomainError(new Error('column "secret" does not exist')).message).not.toContain("secret");
  // What a person wrote may stand in the lines before the last one.
  expect(toDomainError(new Error("invalid: ECONNREFUSED in a title\nNull constraint violation")).code).toBe("INTERNAL");
});

it.each([
  ['could not extend file "base/1/2": No space left on device', undefined],
  ["Raw query failed", "53100"],
])("a database whose disk is full is UNAVAILABLE and says what to do: %s", (message, code) => {
  const error = toDomainError(Object.assign(new Error(message), { code }));
  expect([error.code, error.message]).toEqual(["UNAVAILABLE", expect.stringContaining("disk of the database is full")]);
});
