import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { checkedBody } from "./checked-body.ts";

const requestOf = (chunks: Iterable<Buffer>) =>
  Object.assign(Readable.from(chunks, { objectMode: false }), { headers: {} }) as unknown as IncomingMessage;

test("what does not say how long it is is read to the limit, and kept nowhere beyond", async () => {
  const megabyte = Buffer.alloc(1024 * 1024, "x");
  const request = requestOf(Array(70).fill(megabyte));
  expect(await checkedBody(request, () => null)).toMatchObject({ status: 413 });
  // To its end, so that whoever sends it hears the answer.
  if (!request.readableEnded) await new Promise((resolve) => request.once("end", resolve));
});

test("one that is given up is nobody's any more", async () => {
  const request = requestOf([Buffer.from("{")]);
  const checked = checkedBody(request, () => null);
  request.destroy();
  expect(await checked).toBeNull();
});
