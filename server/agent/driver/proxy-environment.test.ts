import { expect, test } from "vitest";
import { proxyEnvironment } from "./proxy-environment.ts";

const gate = { upstream: "https://api.example.org", token: "a/token", allowedHosts: [] };

test("tools of an agent that is shut in are led to the gate with the session's token, and to this machine directly", () => {
  const found = proxyEnvironment({ ...gate, relay: { port: 4000, socket: "/s" } }, "http://127.0.0.1:4000");
  expect(found).toMatchObject({ HTTPS_PROXY: "http://runboard:a%2Ftoken@127.0.0.1:4000" });
  expect(found.NO_PROXY?.split(",")).toContain("127.0.0.1");
});

test("where the machine's network is open nothing is in its way", () => {
  expect(proxyEnvironment({ ...gate, relay: null }, "http://127.0.0.1:4000")).toEqual({});
});
