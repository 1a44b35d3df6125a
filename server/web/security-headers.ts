import { randomBytes } from "node:crypto";
import { env } from "@/lib/env.ts";

export const newNonce = (): string => randomBytes(16).toString("base64");

/** Inline scripts run only with the nonce of their response. `socketUrl`: this server as ws:// or wss:// origin. */
export function contentSecurityPolicy(nonce: string, socketUrl: string | null): string {
  // The development server of Next evaluates its modules.
  const evaluate = env.NODE_ENV === "development" ? " 'unsafe-eval'" : "";
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'${evaluate}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${socketUrl === null ? "" : ` ${socketUrl}`}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

const fixed = {
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy":
    "microphone=(self), accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), midi=(), payment=(), publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()",
};

/** The headers of every response, whatever it is (S-37). */
export function securityHeaders(policy: string): Record<string, string> {
  return { "Content-Security-Policy": policy, ...fixed };
}
