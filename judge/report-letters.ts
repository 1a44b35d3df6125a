import { randomUUID } from "node:crypto";
import { connect } from "node:net";
import type { Attempt } from "./attempts.ts";
import type { Random } from "./random.ts";

/** One report as it goes over the wire, and the status it has to be answered with. */
export interface Letter {
  kind: string;
  sandboxId: string;
  token: string | null;
  text: string;
  contentType?: string;
  expected: number;
}

export interface Answer {
  status: number;
  body: { code?: string; newStatus?: string };
}

/** What a report may say. Two are the same report when they are equal as JSON. */
export interface Said {
  success: boolean;
  result?: unknown;
  errorMessage?: string;
}

export const letterOf = (
  { taskId, sandboxId, token }: Attempt,
  said: Said,
  kind: string,
  expected: number,
): Letter => ({
  kind,
  sandboxId,
  token,
  text: JSON.stringify({ taskId, ...said }),
  expected,
});

interface Wrong {
  own: Attempt;
  other: Attempt;
  ownerToken: string;
  random: Random;
}

/** What must be refused whatever the attempt's state: forged, cut short, malformed. */
const refusals: Record<string, (wrong: Wrong) => Partial<Letter> & { expected: number }> = {
  "no token": () => ({ token: null, expected: 401 }),
  "forged token": ({ random }) => ({ token: `forged${random.under(1e9)}`.padEnd(43, "x"), expected: 401 }),
  "cut token": ({ own }) => ({ token: own.token.slice(0, -4), expected: 401 }),
  "owner's token": ({ ownerToken }) => ({ token: ownerToken, expected: 403 }),
  "token of another sandbox": ({ other }) => ({ token: other.token, expected: 409 }),
  "unknown sandbox": () => ({ sandboxId: randomUUID(), expected: 409 }),
  "no sandbox id": () => ({ sandboxId: "nonsense", expected: 422 }),
  "another task": ({ other }) => ({ text: JSON.stringify({ taskId: other.taskId, success: true }), expected: 409 }),
  "unknown task": () => ({ text: JSON.stringify({ taskId: randomUUID() }), expected: 409 }),
  "cut body": ({ own, random }) => {
    const whole = JSON.stringify({ taskId: own.taskId, success: true, result: { text: "ä".repeat(20) } });
    return { text: whole.slice(0, 1 + random.under(whole.length - 1)), expected: 400 };
  },
  "empty body": () => ({ text: "", expected: 422 }),
  "no object": ({ random }) => ({ text: random.pick(["[]", "null", "7", '"done"', "true"]), expected: 422 }),
  "wrong type": ({ own }) => ({ text: JSON.stringify({ taskId: own.taskId, success: "yes" }), expected: 422 }),
  "unknown field": ({ own }) => ({ text: JSON.stringify({ taskId: own.taskId, status: "COMPLETED" }), expected: 422 }),
  "NUL character": ({ own }) => ({
    text: JSON.stringify({ taskId: own.taskId, success: false, errorMessage: "a\0b" }),
    expected: 422,
  }),
  "result too long": ({ own }) => ({
    text: JSON.stringify({ taskId: own.taskId, result: "x".repeat(70_000) }),
    expected: 422,
  }),
  "no JSON": ({ own }) => ({
    text: JSON.stringify({ taskId: own.taskId }),
    contentType: "text/plain",
    expected: 415,
  }),
};

export function wrongLetter(wrong: Wrong): Letter {
  const kind = wrong.random.pick(Object.keys(refusals));
  const letter = letterOf(wrong.own, { success: wrong.random.under(2) === 0 }, kind, 0);
  return { ...letter, ...refusals[kind]!(wrong) };
}

export async function post(
  url: string,
  { sandboxId, token, text, contentType = "application/json" }: Letter,
): Promise<Answer> {
  const response = await fetch(`${url}/api/v1/sandboxes/${sandboxId}/task-complete`, {
    method: "POST",
    headers: { "content-type": contentType, ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
    body: text,
  });
  return { status: response.status, body: (await response.json()) as Answer["body"] };
}

/** Half a request on a connection that then breaks, as when the sender is killed. Resolves when it is cut. */
export function postHalf(url: string, { sandboxId, token, text }: Letter): Promise<void> {
  const { port, host } = new URL(url);
  const head = [
    `POST /api/v1/sandboxes/${sandboxId}/task-complete HTTP/1.1`,
    `Host: ${host}`,
    `Authorization: Bearer ${token}`,
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(text)}`,
  ];
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), "127.0.0.1");
    socket.once("error", reject);
    socket.once("close", () => resolve());
    socket.write(`${head.join("\r\n")}\r\n\r\n${text.slice(0, text.length / 2)}`, () => socket.destroy());
  });
}
