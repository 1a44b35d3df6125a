import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/**
 * Who holds a port need not be Runboard: it may have ended, and somebody else may listen there. So a server proves that it knows the
 * owner's token before a program sends it.
 *
 *   program  GET /api/health/live, Host: H, runboard-nonce: N  →  server
 *   program  ←  runboard-proof: HMAC-SHA256(token, label, H, N)   server
 *
 * H is in it because a liar could pass N on: the real server goes by its own names alone (server/guard.ts), and H is the liar's.
 */
export interface Challenge {
  /** As in the Host header: the address that the program believes to be the server's. */
  host: string;
  nonce: string;
}

export const nonceHeader = "runboard-nonce";
export const proofHeader = "runboard-proof";

/** No other use of the token as a key gives the same. */
const label = "runboard-proof 1";

export const newNonce = (): string => randomBytes(32).toString("hex");
export const isNonce = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

/** As long as those that are made here. Anybody may ask for a proof, and try at leisure which token it is of. */
export const provableLength = 43;

export function proofOf(token: string, { host, nonce }: Challenge): string {
  return createHmac("sha256", token).update(`${label}\n${host}\n${nonce}`).digest("hex");
}

export function isProof(text: string, token: string, challenge: Challenge): boolean {
  const [given, expected] = [Buffer.from(text), Buffer.from(proofOf(token, challenge))];
  return given.length === expected.length && timingSafeEqual(given, expected);
}
