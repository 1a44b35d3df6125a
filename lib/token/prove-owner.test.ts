import { beforeEach, describe, expect, it } from "vitest";
import { env, newSecret } from "@/lib/env.ts";
import { serveApi } from "@/lib/http/serve.ts";
import { isProof, newNonce, nonceHeader, proofHeader, proofOf } from "@/lib/token/owner-proof.ts";

const token = newSecret();
beforeEach(() => void Object.assign(env, { RUNBOARD_TOKEN: token, HOST: "127.0.0.1" }));

const live = (headers: Record<string, string>) =>
  serveApi(new Request("http://localhost/api/health/live", { headers: { host: "127.0.0.1:3000", ...headers } }));
const proofFor = async (host: string) =>
  (await live({ host, [nonceHeader]: newNonce() })).headers.get(proofHeader) !== null;

describe("a server", () => {
  it("proves that it knows the owner's token, for this nonce and under this address alone", async () => {
    const challenge = { host: "127.0.0.1:3000", nonce: newNonce() };
    const answer = await live({ [nonceHeader]: challenge.nonce });
    expect([answer.status, await answer.json()]).toEqual([200, { status: "ok" }]);
    const proof = answer.headers.get(proofHeader)!;
    expect(proof).toMatch(/^[0-9a-f]{64}$/);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(isProof(proof, token, challenge)).toBe(true);
    expect(isProof(proof, newSecret(), challenge)).toBe(false);
    expect(isProof(proof, token, { ...challenge, nonce: newNonce() })).toBe(false);
    expect(isProof(proof, token, { ...challenge, host: "127.0.0.1:3001" })).toBe(false);
  });

  it("says nothing of it to who does not ask", async () => {
    const answer = await live({});
    expect([answer.status, answer.headers.get(proofHeader)]).toEqual([200, null]);
  });

  it.each(["", "x", "0".repeat(63), "0".repeat(65), "G".repeat(64), `${"0".repeat(64)}, ${"0".repeat(64)}`])(
    "refuses the nonce %j",
    async (nonce) => {
      const answer = await live({ [nonceHeader]: nonce });
      expect([answer.status, answer.headers.get(proofHeader)]).toEqual([422, null]);
      expect(await answer.json()).toMatchObject({ code: "VALIDATION_FAILED" });
    },
  );

  it("proves nothing by a token that could be guessed from it, nor without one", async () => {
    for (const weak of ["correct horse battery staple", undefined]) {
      Object.assign(env, { RUNBOARD_TOKEN: weak });
      expect(await proofFor("127.0.0.1:3000")).toBe(false);
    }
  });

  it.each([
    ["127.0.0.1", { v4: true, v6: false }],
    ["0.0.0.0", { v4: true, v6: false }],
    ["::1", { v4: false, v6: true }],
    ["::", { v4: true, v6: true }],
    ["192.0.2.1", { v4: false, v6: false }],
  ])("that listens on %s proves nothing for whoever has the same port of another address", async (host, expected) => {
    Object.assign(env, { HOST: host });
    const found = { v4: await proofFor("127.0.0.1:3000"), v6: await proofFor("[::1]:3000") };
    expect(found).toEqual(expected);
    expect(await proofFor("board.example.com")).toBe(true);
  });
});

it.each(["", "0", "0".repeat(64), "é".repeat(64)])("%j is no proof", (text) => {
  const challenge = { host: "127.0.0.1:3000", nonce: newNonce() };
  expect(isProof(text, token, challenge)).toBe(false);
  expect(isProof(proofOf(token, challenge), token, challenge)).toBe(true);
});
