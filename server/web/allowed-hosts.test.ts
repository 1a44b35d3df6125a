import { expect, test } from "vitest";
import { inspectHost, inspectOrigin, parseAllowedHosts, refuseBinding } from "./allowed-hosts.ts";

const rules = { port: 3000, allowedHosts: parseAllowedHosts("board.lan, https://board.example.com other.lan:8443") };

const bad = [
  "",
  " ",
  "evil.com",
  "evil.com:3000",
  "localhost",
  "127.0.0.1",
  "localhost:80",
  "localhost:3001",
  "localhost:03000",
  "localhost:30000",
  "localhost:",
  "localhost:3000:3000",
  "localhost:3000@evil",
  "localhost@evil.com:3000",
  "user:pw@localhost:3000",
  "evil.com#localhost:3000",
  "localhost:3000/",
  "localhost:3000?",
  "localhost.:3000",
  ".localhost:3000",
  "127.0.0.1.evil.com:3000",
  "127.0.0.1.:3000",
  "127.1:3000",
  "2130706433:3000",
  "0x7f000001:3000",
  "0177.0.0.1:3000",
  "127.0.0.01:3000",
  "0.0.0.0:3000",
  "[::]:3000",
  "[::ffff:127.0.0.1]:3000",
  "::1",
  "::1:3000",
  "[::1]",
  "[::1%25lo]:3000",
  "[0:0:0:0:0:0:0:1]:3000",
  "localhost:3000, evil.com",
  "localhost:3000,localhost:3000",
  "local host:3000",
  "localhost\t:3000",
  "lоcalhost:3000",
  "http://localhost:3000",
  "//localhost:3000",
  "*:3000",
  "board.lan:3001",
  "other.lan",
  "other.lan:3000",
  "sub.board.lan",
  "board.lan.evil.com",
  "localhost:99999",
  "localhost:+3000",
  "localhost:3000.0",
  "null",
];

test.each(bad)("S-01: the host %j is refused", (host) => {
  expect(inspectHost(host, rules)).toBeNull();
});

test.each([
  "localhost:3000",
  "LOCALHOST:3000",
  "127.0.0.1:3000",
  "[::1]:3000",
  "board.lan",
  "board.lan:3000",
  "other.lan:8443",
  "board.example.com",
])("the host %j is ours", (host) => {
  expect(inspectHost(host, rules)).not.toBeNull();
});

test("on port 80 the loopback names stand alone", () => {
  expect(inspectHost("localhost", { ...rules, port: 80 })).not.toBeNull();
  expect(inspectHost("localhost:3000", { ...rules, port: 80 })).toBeNull();
});

test.each([
  "null",
  "",
  "http://localhost",
  "http://localhost:3001",
  "http://evil.com",
  "http://evil.com:3000",
  "https://localhost.evil.com:3000",
  "file://",
  "http://",
  "http://localhost:3000/",
  "http://localhost:3000@evil.com",
  "ws://localhost:3000",
  "chrome-extension://abcdef",
  "http://localhost:3000 http://evil.com",
  "http://board.example.com",
  "http://127.0.0.1.evil.com:3000",
])("S-02: the origin %j is refused", (origin) => {
  expect(inspectOrigin(origin, rules)).toBe(false);
});

test("origins of our own names are ours, whichever of them Host says", () => {
  for (const origin of [
    "http://localhost:3000",
    "http://127.0.0.1:3000",
    "http://board.lan:3000",
    "https://board.lan",
    "https://board.example.com",
  ])
    expect(inspectOrigin(origin, rules)).toBe(true);
});

test("S-07: only loopback is listened on until hosts are named, and it says what to do", () => {
  for (const host of ["0.0.0.0", "::", "192.168.1.5", "example.com"]) {
    expect(refuseBinding(host, [])).toContain("RUNBOARD_ALLOWED_HOSTS=");
    expect(refuseBinding(host, parseAllowedHosts("board.lan"))).toBeNull();
  }
  for (const host of ["127.0.0.1", "localhost", "::1"]) expect(refuseBinding(host, [])).toBeNull();
});

test.each(["*", "*.example.com", "a b/c", "http://board.lan", "board.lan.", "user@board.lan", "board.lan:99999"])(
  "RUNBOARD_ALLOWED_HOSTS with %j stops the start",
  (list) => {
    expect(() => parseAllowedHosts(list)).toThrow(/RUNBOARD_ALLOWED_HOSTS/);
  },
);
