import { type Reach, reachOfAnthropic, reachOfGemini, reachOfOpenai } from "./reach.ts";

/** What of a provider's API is behind the gate: to ask a model, and what models there are. The key opens much more than that. */
export interface Api {
  calls: readonly Call[];
  reach: Reach;
}

export interface Call {
  method: "GET" | "POST";
  /** Of the whole path, without its query. */
  path: RegExp;
}

const get = (path: RegExp): Call => ({ method: "GET", path });
const post = (path: RegExp): Call => ({ method: "POST", path });

export const anthropicApi: Api = {
  calls: [post(/^\/v1\/messages$/), post(/^\/v1\/messages\/count_tokens$/), get(/^\/v1\/models(\/[^/]+)?$/)],
  reach: reachOfAnthropic,
};

/** Below its `/v1`. Codex shortens long conversations by `/responses/compact`. */
export const openaiApi: Api = {
  calls: [post(/^\/responses(\/compact)?$/), post(/^\/chat\/completions$/), get(/^\/models(\/[^/]+)?$/)],
  reach: reachOfOpenai,
};

export const geminiApi: Api = {
  calls: [
    post(/^\/v1(beta)?\/models\/[^/:]+:(generateContent|streamGenerateContent|countTokens)$/),
    get(/^\/v1(beta)?\/models(\/[^/:]+)?$/),
  ],
  reach: reachOfGemini,
};
