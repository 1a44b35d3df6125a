import type { IncomingMessage } from "node:http";

const oddPath = /\/\/|\\|%2f|%5c|%00|%2e|[^\x21-\x7e]|#|(?:^|\/)\.\.?(?:\/|$)|%(?![0-9a-f]{2})/i;

/**
 * Why the target of a request is refused, or null. Two programs that read a path differently are how a guard is passed by,
 * so paths that can be read in two ways are not read at all.
 */
export function inspectTarget(target: string): string | null {
  if (!target.startsWith("/")) return "Ask for a path of this server, not for a whole address.";
  if (oddPath.test(pathOf(target))) return "The path holds something that can be read in two ways.";
  return null;
}

export const pathOf = (target: string): string => target.split("?", 1)[0]!;

/**
 * Headers that somebody behind us would believe: who forwarded (S-08), which method is really meant, what Next tells
 * itself, and the nonce, which is ours to give.
 */
const believed =
  /^(x-forwarded-.*|forwarded|x-real-ip|x-http-method.*|x-method-override|x-middleware-.*|x-invoke-.*|x-matched-path|x-now-.*|x-original-url|x-rewrite-url|x-nonce|content-security-policy.*)$/i;

/** Deletes what a client may not say, before anything else sees the request. */
export function dropBelievedHeaders(request: IncomingMessage): void {
  const { rawHeaders } = request;
  for (let at = rawHeaders.length - 2; at >= 0; at -= 2) {
    if (believed.test(rawHeaders[at]!)) rawHeaders.splice(at, 2);
  }
  for (const name of Object.keys(request.headers)) {
    if (believed.test(name)) delete request.headers[name];
  }
}

/** How often a header was sent; Node keeps only the first of some. */
export function countHeader(rawHeaders: readonly string[], name: string): number {
  return rawHeaders.filter((text, at) => at % 2 === 0 && text.toLowerCase() === name).length;
}
