import type { AgentPlan } from "../plan.ts";

/**
 * What leads an agent's tools to the gate, where that is the only way out. The session itself and Runboard are at loopback, and so
 * is the gate: none of it goes through a proxy.
 */
export function proxyEnvironment({ relay, token }: AgentPlan["gate"], gateUrl: string): Record<string, string> {
  if (relay === null) return {};
  const proxy = gateUrl.replace("http://", `http://runboard:${encodeURIComponent(token)}@`);
  const direct = "127.0.0.1,localhost,::1";
  return {
    ...{ HTTPS_PROXY: proxy, https_proxy: proxy, HTTP_PROXY: proxy, http_proxy: proxy },
    ...{ NO_PROXY: direct, no_proxy: direct },
  };
}
