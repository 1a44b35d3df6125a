import { join } from "node:path";
import { boardPermission } from "../claude/board-permission.ts";
import type { AgentPlan } from "../plan.ts";
import type { AgentPlace } from "../port.ts";

/** Where agents keep their state: below the state directory, from which conversations are kept. */
export const stateEnvironment = (stateDirectory: string): Record<string, string> => ({
  CLAUDE_CONFIG_DIR: join(stateDirectory, "claude"),
  CODEX_HOME: join(stateDirectory, "codex"),
  GEMINI_CLI_HOME: join(stateDirectory, "gemini"),
  XDG_STATE_HOME: join(stateDirectory, "state"),
  XDG_DATA_HOME: join(stateDirectory, "share"),
});

/** Codex wants its directory to be there; Claude's adapter reads Claude's settings. */
export const stateFiles = ({ stateDirectory, board }: AgentPlace): Record<string, string> => ({
  [join(stateDirectory, "codex", "config.toml")]: "",
  ...(board === null ? {} : boardPermission(join(stateDirectory, "claude"))),
});

/**
 * What leads an agent's model to the gate, with the session's token in place of a key. Every agent gets all of it: which provider a command
 * line of your own talks to is not known here, and where the operator has not set that provider's key, the gate says so.
 */
export function modelEnvironment(
  { gate, permissions, tmp }: AgentPlan,
  { gateUrl }: AgentPlace,
): Record<string, string> {
  const openai = `${gateUrl}/openai/v1`;
  return {
    ...{ ANTHROPIC_BASE_URL: gateUrl, ANTHROPIC_API_KEY: gate.token, CLAUDE_CODE_TMPDIR: tmp },
    ...{ OPENAI_BASE_URL: openai, OPENAI_API_KEY: gate.token },
    ...{ GOOGLE_GEMINI_BASE_URL: `${gateUrl}/gemini`, GEMINI_API_KEY: gate.token },
    ...{ MODEL_PROVIDER: gateProvider, CODEX_CONFIG: JSON.stringify(codexConfig(openai, gate)) },
    OPENCODE_CONFIG_CONTENT: JSON.stringify(opencodeConfig({ gateUrl, openai, permissions })),
    // Claude's adapter may begin as root only where it is told that this is a sandbox, whatever mode it is given then.
    IS_SANDBOX: "1",
  };
}

const gateProvider = "runboard";

/**
 * A provider by another name than its own: to that one Codex would speak over a WebSocket. Where the gate is the only way out it lets no
 * search of the provider's through, so none is asked for.
 */
const codexConfig = (openai: string, { relay }: AgentPlan["gate"]) => ({
  model_provider: gateProvider,
  ...(relay === null ? {} : { web_search: "disabled" }),
  model_providers: {
    [gateProvider]: { name: "Runboard's gate", base_url: openai, env_key: "OPENAI_API_KEY", wire_api: "responses" },
  },
});

/** It reads no variables for where its providers are, and asks only for what it is told to. */
function opencodeConfig({ gateUrl, openai, permissions }: { gateUrl: string; openai: string; permissions: string }) {
  const at = (baseURL: string) => ({ options: { baseURL } });
  const provider = { anthropic: at(`${gateUrl}/v1`), openai: at(openai), google: at(`${gateUrl}/gemini/v1beta`) };
  const asks = { edit: "ask", bash: "ask", webfetch: "ask" };
  return { provider, autoupdate: false, share: "disabled", ...(permissions === "allow" ? {} : { permission: asks }) };
}

/** No words home, no updates, no browser: nobody is there, and the network leads nowhere. */
export const quietEnvironment: Record<string, string> = {
  // As for Claude Code itself: a longer outage is waited out by the orchestrator.
  CLAUDE_CODE_MAX_RETRIES: "4",
  ...{ CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1", DISABLE_AUTOUPDATER: "1", DISABLE_TELEMETRY: "1" },
  ...{ DISABLE_ERROR_REPORTING: "1", NO_BROWSER: "1", GEMINI_TELEMETRY_ENABLED: "false" },
  ...{ OPENCODE_DISABLE_AUTOUPDATE: "1", OPENCODE_DISABLE_MODELS_FETCH: "1", OPENCODE_DISABLE_LSP_DOWNLOAD: "1" },
};
