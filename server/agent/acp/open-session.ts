import type { AgentLink } from "../port.ts";
import { type Connection, RequestFailed } from "./connection.ts";
import { mcpServersFor } from "./mcp-servers.ts";
import { modeFor } from "./modes.ts";
import {
  type AuthMethod,
  type ConfigOption,
  type InitializeResult,
  protocolVersion,
  type SessionState,
} from "./protocol.ts";

export interface OpenSession {
  sessionId: string;
  /** Null: it has none that could be gone on with. */
  conversationId: string | null;
  version: string | null;
  model: string | null;
}

/** What keeps an agent from beginning, in words for a person. */
export class CannotBegin extends Error {}

/** An agent that says nothing in answer to our first words does not speak the protocol. Large ones take a minute on a busy machine. */
const firstWordsMs = 180_000;
const authenticationRequired = -32000;

/** From a process that was just started to a session that waits for its first prompt. */
export async function openSession(connection: Connection, link: AgentLink): Promise<OpenSession> {
  const { plan } = link;
  const agent = await initialize(connection);
  const servers = mcpServersFor(link, agent.agentCapabilities?.mcpCapabilities ?? {});
  const where = { cwd: plan.work, mcpServers: servers };
  const open = () =>
    plan.conversationId === null
      ? connection.request<SessionState>("session/new", where)
      : goOn(connection, agent, { ...where, sessionId: plan.conversationId });
  const state = await open().catch(async (thrown: Error) => {
    if (!(thrown instanceof RequestFailed) || thrown.code !== authenticationRequired) throw thrown;
    await authenticate(connection, agent, thrown);
    return open();
  });
  const sessionId = plan.conversationId ?? state.sessionId;
  if (sessionId === undefined) throw new CannotBegin("It opened a session without a name.");
  await setMode(connection, sessionId, state, modeFor(plan.permissions, state));
  const model = await setModel(connection, sessionId, state, plan.model);
  const conversationId = canGoOn(agent) ? sessionId : null;
  return { sessionId, conversationId, version: agent.agentInfo?.version ?? null, model };
}

async function initialize(connection: Connection): Promise<InitializeResult> {
  // Neither files nor terminals are offered: the agent works inside of its confinement, we are outside of it.
  const clientCapabilities = { fs: { readTextFile: false, writeTextFile: false }, terminal: false };
  const clientInfo = { name: "runboard", title: "Runboard", version: "1" };
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    const why = "It did not answer: its command line starts nothing that speaks the Agent Client Protocol.";
    timer = setTimeout(() => reject(new CannotBegin(why)), firstWordsMs);
  });
  const asked = { protocolVersion, clientCapabilities, clientInfo };
  const answer = connection.request<InitializeResult>("initialize", asked);
  const agent = await Promise.race([answer, silence]).finally(() => clearTimeout(timer));
  if (agent.protocolVersion === protocolVersion) return agent;
  throw new CannotBegin(
    `It speaks version ${agent.protocolVersion} of the Agent Client Protocol, and not ${protocolVersion}.`,
  );
}

const canGoOn = ({ agentCapabilities: can = {} }: InitializeResult): boolean =>
  can.loadSession === true || Boolean(can.sessionCapabilities?.resume);

/** Resuming is preferred: loading tells the whole conversation again. */
function goOn(connection: Connection, agent: InitializeResult, asked: object): Promise<SessionState> {
  if (!canGoOn(agent)) throw new CannotBegin("It cannot go on with a conversation.");
  const method = agent.agentCapabilities?.sessionCapabilities?.resume ? "session/resume" : "session/load";
  return connection.request<SessionState>(method, asked).catch((thrown: Error) => {
    if (!(thrown instanceof RequestFailed) || thrown.code === authenticationRequired) throw thrown;
    throw new CannotBegin(`It cannot go on with the conversation: ${thrown.message}`);
  });
}

/** By a key that is in its environment, the session's token in place of one; whatever needs a person or a browser is not tried. */
async function authenticate(
  connection: Connection,
  { authMethods = [] }: InitializeResult,
  refusal: RequestFailed,
): Promise<void> {
  const method = authMethods.find(isByKey);
  if (method === undefined) throw refusal;
  await connection.request("authenticate", { methodId: method.id });
}

const isByKey = ({ id }: AuthMethod): boolean => /(^|-)api-?key$/i.test(id);

async function setMode(
  connection: Connection,
  sessionId: string,
  state: SessionState,
  modeId: string | null,
): Promise<void> {
  if (modeId === null || modeId === state.modes?.currentModeId) return;
  await connection.request("session/set_mode", { sessionId, modeId });
}

/** The model in use. One that was asked for and cannot be had is an error: nothing else is put in its place. */
async function setModel(
  connection: Connection,
  sessionId: string,
  { models, configOptions }: SessionState,
  wanted: string | null,
): Promise<string | null> {
  const option = configOptions?.find(isModel);
  const current = models?.currentModelId ?? (typeof option?.currentValue === "string" ? option.currentValue : null);
  if (wanted === null || wanted === current) return current;
  if (option !== undefined) {
    const asked = { sessionId, configId: option.id, value: wanted };
    await connection.request("session/set_config_option", asked).catch(unknownModel(wanted));
  } else if (models) {
    await connection.request("session/set_model", { sessionId, modelId: wanted }).catch(unknownModel(wanted));
  } else {
    throw new CannotBegin(`It offers no choice of models. Name ${wanted} in its command line instead.`);
  }
  return wanted;
}

const isModel = ({ id, category, type }: ConfigOption): boolean => (category ?? id) === "model" && type === "select";

const unknownModel = (wanted: string) => (thrown: Error) => {
  if (!(thrown instanceof RequestFailed)) throw thrown;
  throw new CannotBegin(`It does not take the model ${wanted}: ${thrown.message}`);
};
