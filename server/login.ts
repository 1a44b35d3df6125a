import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import { DomainError } from "@/lib/errors.ts";
import { authenticate, cookieName, endLogin, exchangeLogin, readCookie } from "@/lib/token/token.ts";
import { answerJson, answerPage, redirect } from "./web/answers.ts";
import { createFailureLimit } from "./web/failure-limit.ts";
import { loginPage, passagePage } from "./web/login-page.ts";
import { readJson } from "./web/read-json.ts";

export interface LoginContext {
  nonce: string;
  /** The browser speaks TLS with whoever stands before us. */
  isHttps: boolean;
}

const limit = createFailureLimit();
const secretSchema = z.strictObject({ secret: z.string().trim().min(1).max(512) });

/**
 * `GET /login?code=…`: the code of the printed link becomes a cookie, and the address goes away (303 to /). Any other
 * code, or none, gets the page with the form.
 */
export async function showLogin(request: IncomingMessage, response: ServerResponse, context: LoginContext) {
  const code = new URL(request.url ?? "/", "http://localhost").searchParams.get("code");
  const isSignedIn = (await authenticate({ cookie: request.headers.cookie })) !== null;
  if (isSignedIn) return proceed(request, response, { ...context, path: "/" });
  const login = code === null || code === "" || code.length > 512 ? null : await exchangeLogin(code);
  if (login !== null) {
    setCookie(response, login.cookie, login.maxAgeSeconds, context);
    return proceed(request, response, { ...context, path: "/" });
  }
  // Followed from another site: a Strict cookie stayed at home, so ask again as a page of ours before giving up.
  if (code === null && isFromElsewhere(request)) return proceed(request, response, { ...context, path: "/login" });
  answerPage(response, code === null ? 200 : 401, loginPage(context.nonce, code !== null));
}

/** A browser keeps a Strict cookie back for a whole chain of redirects that another site began; a page ends the chain. */
function proceed(request: IncomingMessage, response: ServerResponse, to: LoginContext & { path: string }): void {
  if (isFromElsewhere(request)) answerPage(response, 200, passagePage(to.nonce, to.path));
  else redirect(response, to.path);
}

function isFromElsewhere({ headers }: IncomingMessage): boolean {
  return headers["sec-fetch-site"] === "cross-site" || headers["sec-fetch-site"] === "same-site";
}

/** `POST /api/login {secret}`: the owner's token, or a code, for a cookie. 401 when it is wrong, 429 when that was often. */
export async function signIn(request: IncomingMessage, response: ServerResponse, context: LoginContext) {
  const address = request.socket.remoteAddress ?? "";
  limit.check(address);
  const parsed = secretSchema.safeParse(await readJson(request));
  if (!parsed.success) throw new DomainError("VALIDATION_FAILED", "Send { secret }, the owner's token.");
  const login = await exchangeLogin(parsed.data.secret);
  if (login === null) {
    limit.fail(address);
    throw new DomainError("UNAUTHENTICATED", "That is not the owner's token.");
  }
  setCookie(response, login.cookie, login.maxAgeSeconds, context);
  answerJson(response, 200, { ok: true });
}

/** `POST /api/logout`: the cookie is worth nothing any more; sockets that came with it end within a second. */
export async function signOut(request: IncomingMessage, response: ServerResponse, context: LoginContext) {
  const cookie = readCookie(request.headers.cookie ?? "", cookieName);
  if (cookie !== undefined) await endLogin(cookie);
  setCookie(response, "", 0, context);
  answerJson(response, 200, { ok: true });
}

function setCookie(response: ServerResponse, value: string, maxAgeSeconds: number, { isHttps }: LoginContext): void {
  const secure = isHttps ? "; Secure" : "";
  response.setHeader(
    "Set-Cookie",
    `${cookieName}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAgeSeconds}${secure}`,
  );
}
