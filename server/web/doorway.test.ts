import { EventEmitter } from "node:events";
import { setImmediate as nextRound } from "node:timers/promises";
import { expect, test } from "vitest";
import { createDoorway } from "./doorway.ts";

test("who comes when nobody else does begins at once, and others later wait one round", async () => {
  const http = new EventEmitter();
  const doorway = createDoorway(http);
  let begun = 0;
  const begin = () => {
    begun += 1;
  };
  await doorway.isClear();
  http.emit("connection");
  void doorway.isClear().then(begin);
  await nextRound();
  expect(begun).toBe(0);
  await nextRound();
  expect(begun).toBe(1);
});

test("a stream of strangers without end does not keep out those who have a place", async () => {
  const http = new EventEmitter();
  const doorway = createDoorway(http);
  let rounds = 0;
  let isBegun = false;
  http.emit("connection");
  void doorway.isClear().then(() => {
    isBegun = true;
  });
  for (; !isBegun && rounds < 1000; rounds++) {
    await nextRound();
    http.emit("connection");
  }
  expect([isBegun, rounds > 90, rounds < 110]).toEqual([true, true, true]);
});
