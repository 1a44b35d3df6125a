import { lookup } from "node:dns/promises";
import { env } from "@/lib/env.ts";
import { DomainError } from "@/lib/errors.ts";
import { isNonce, nonceHeader, proofHeader, proofOf, provableLength } from "@/lib/token/owner-proof.ts";

/**
 * What an answer to these headers carries to prove that the owner's token is known here; nothing where nobody asks for it, or where
 * it cannot be proven. The guard has let the Host header in. Throws VALIDATION_FAILED.
 */
export async function proofHeaders(headers: Headers): Promise<Record<string, string>> {
  const nonce = headers.get(nonceHeader);
  if (nonce === null) return {};
  if (!isNonce(nonce)) throw noNonce();
  const [token, host] = [env.RUNBOARD_TOKEN ?? "", headers.get("host")];
  if (token.length < provableLength || host === null || !(await isReachedAt(host))) return {};
  return { [proofHeader]: proofOf(token, { host, nonce }), "cache-control": "no-store" };
}

/**
 * The guard lets both addresses of this machine be said, whichever is listened on. The same port of the other one may be somebody
 * else's, who passes on what he is asked: nothing is proven in his name.
 */
async function isReachedAt(host: string): Promise<boolean> {
  const [, name] = /^(127\.0\.0\.1|\[::1\])(?::\d+)?$/.exec(host) ?? [];
  if (name === undefined) return true;
  const { address } = await lookup(env.HOST);
  return address === "::" || (name === "[::1]" ? address === "::1" : ["127.0.0.1", "0.0.0.0"].includes(address));
}

const noNonce = (): DomainError =>
  new DomainError("VALIDATION_FAILED", `${nonceHeader}: 32 bytes in hexadecimal were expected.`, {
    issues: [{ path: nonceHeader, message: "Expected 64 digits" }],
  });
