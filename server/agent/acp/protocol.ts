/**
 * What we read and say of the Agent Client Protocol, version 1 (agentclientprotocol.com): its stable part, and of the rest what agents
 * in use tell anyway (`usage` of a prompt, `models` with session/set_model). Whatever comes in is somebody else's: all of it may be
 * missing, and what is not named here is passed over.
 */
export const protocolVersion = 1;

export interface InitializeResult {
  protocolVersion?: number;
  agentInfo?: { name?: string; title?: string; version?: string } | null;
  agentCapabilities?: {
    loadSession?: boolean;
    mcpCapabilities?: { http?: boolean };
    sessionCapabilities?: { resume?: object | null };
  };
  authMethods?: AuthMethod[];
}

export interface AuthMethod {
  id: string;
  name?: string;
  description?: string | null;
}

export interface SessionState {
  sessionId?: string;
  modes?: { currentModeId: string; availableModes: { id: string }[] } | null;
  models?: { currentModelId: string; availableModels: { modelId: string }[] } | null;
  configOptions?: ConfigOption[] | null;
}

export interface ConfigOption {
  id: string;
  category?: string | null;
  type?: string;
  currentValue?: unknown;
  options?: (ConfigValue | { options: ConfigValue[] })[];
}
export interface ConfigValue {
  value: string;
}

export interface PromptResult {
  stopReason?: string;
  usage?: Usage | null;
}
export interface Usage {
  inputTokens?: number;
  outputTokens?: number;
  cachedReadTokens?: number | null;
  cachedWriteTokens?: number | null;
}

export interface SessionUpdate {
  sessionUpdate?: string;
  /** Of a message's chunk. */
  content?: unknown;
  messageId?: string | null;
  /** Of a plan. */
  entries?: { content?: string; status?: string }[];
  /** Of the usage. */
  cost?: { amount?: number; currency?: string } | null;
  /** Of a notice. */
  severity?: string;
  title?: string | null;
  description?: string | null;
  _meta?: unknown;
}

/** A tool call, or what has changed of one: what is left out stays as it was. */
export interface ToolCall {
  toolCallId: string;
  title?: string | null;
  name?: string | null;
  kind?: string | null;
  status?: string | null;
  content?: ToolContent[] | null;
  rawInput?: unknown;
  rawOutput?: unknown;
}
export type ToolContent =
  | { type: "content"; content: ContentBlock }
  | { type: "diff"; path: string; oldText?: string | null; newText: string }
  | { type: "terminal" };
export interface ContentBlock {
  type: string;
  text?: string;
  uri?: string;
}

export interface PermissionRequest {
  toolCall?: ToolCall;
  options?: PermissionOption[];
}
export interface PermissionOption {
  optionId: string;
  kind?: string;
}
export type PermissionOutcome = { outcome: "selected"; optionId: string } | { outcome: "cancelled" };

export const textOfContent = (content: unknown): string => {
  const { type, text, uri } = (content ?? {}) as Partial<ContentBlock>;
  if (type === "text") return text ?? "";
  return type === undefined ? "" : `[${type}${uri === undefined ? "" : ` ${uri}`}]`;
};
