/** What we read of the program's lines; every field may be missing in another version of it. */
export interface Line {
  type?: string;
  subtype?: string;
  uuid?: string;
  isReplay?: boolean;
  message?: { id?: string; content?: string | Block[]; usage?: Usage };
  tool_use_result?: unknown;
  is_api_error_message?: boolean;
  // system/init
  session_id?: string;
  model?: string;
  claude_code_version?: string;
  mcp_servers?: { name: string; status: string }[];
  // system/api_retry
  attempt?: number;
  max_retries?: number;
  retry_delay_ms?: number;
  error_status?: number | null;
  error?: string;
  // command_lifecycle
  command_uuid?: string;
  state?: string;
  // control_request, control_cancel_request, control_response
  request_id?: string;
  request?: { subtype?: string; tool_name?: string; input?: unknown };
  response?: { subtype?: string; request_id?: string; error?: string; response?: unknown };
}

export interface Result extends Line {
  is_error?: boolean;
  result?: string;
  errors?: string[];
  num_turns?: number;
  api_error_status?: number | null;
  permission_denials?: { tool_name?: string }[];
  total_cost_usd?: number;
  usage?: Usage;
  /** By model. */
  model_usage_since_last_result?: Record<string, ModelUsage>;
}

export interface Block {
  type?: string;
  text?: string;
  thinking?: string;
  id?: string;
  name?: string;
  input?: unknown;
  tool_use_id?: string;
  content?: unknown;
  is_error?: boolean;
}

export interface Usage {
  input_tokens?: number;
  output_tokens?: number;
  cache_read_input_tokens?: number;
  cache_creation_input_tokens?: number;
}

export interface ModelUsage {
  inputTokens?: number;
  outputTokens?: number;
  cacheReadInputTokens?: number;
  cacheCreationInputTokens?: number;
  costUSD?: number;
}

/** Null: it is none of the dialect's. */
export function parseLine(line: string): Line | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Line) : null;
  } catch {
    return null;
  }
}

export const blocksOf = (line: Line): Block[] => {
  const content = line.message?.content;
  return Array.isArray(content) ? content : [];
};

export const promptLine = (uuid: string, content: string) => ({
  ...{ type: "user", uuid, parent_tool_use_id: null, session_id: "" },
  message: { role: "user", content },
});

export const controlLine = (requestId: string, subtype: string) => ({
  ...{ type: "control_request", request_id: requestId, request: { subtype } },
});

export const permissionLine = (requestId: string, response: object) => ({
  type: "control_response",
  response: { subtype: "success", request_id: requestId, response },
});
