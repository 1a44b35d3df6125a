import { agentContract } from "@/lib/agent/contract.ts";
import { chatContract } from "@/lib/chat/contract.ts";
import { configContract } from "@/lib/config/contract.ts";
import { eventContract } from "@/lib/event/contract.ts";
import { monitorContract } from "@/lib/monitor/contract.ts";
import { projectContract } from "@/lib/project/contract.ts";
import { questionContract } from "@/lib/question/contract.ts";
import { queueContract } from "@/lib/queue/contract.ts";
import { resourceContract } from "@/lib/resource/contract.ts";
import { operationContract, ruleContract, triggerContract } from "@/lib/rule/contract.ts";
import { sandboxContract } from "@/lib/sandbox/contract.ts";
import { autonomousContract, sessionContract } from "@/lib/session/contract.ts";
import { taskContract } from "@/lib/task/contract.ts";

/**
 * The catalogue of operations: name, route, summary, policy, input, output. HTTP, OpenAPI, the browser's client and
 * every later surface are views of it.
 */
export const contract = {
  project: projectContract,
  task: taskContract,
  session: sessionContract,
  autonomous: autonomousContract,
  sandbox: sandboxContract,
  agent: agentContract,
  question: questionContract,
  queue: queueContract,
  monitor: monitorContract,
  resource: resourceContract,
  event: eventContract,
  chat: chatContract,
  rule: ruleContract,
  trigger: triggerContract,
  operation: operationContract,
  config: configContract,
};

export type Contract = typeof contract;
