import type { InferContractRouterInputs, InferContractRouterOutputs } from "@orpc/contract";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { type Contract, contract } from "@/lib/contract.ts";
import { DomainError } from "@/lib/errors.ts";
import { invoke } from "@/lib/invoke.ts";
import { authenticate } from "@/lib/token/token.ts";

type Inputs = InferContractRouterInputs<Contract>;
type Outputs = InferContractRouterOutputs<Contract>;

/** The same credentials as everywhere: a browser's cookie, or a program's bearer token. */
const findCaller = cache(async () => {
  const sent = await headers();
  return authenticate({ authorization: sent.get("authorization"), cookie: sent.get("cookie") });
});

/** An operation called by a page while it renders, as the person who asked for the page. */
export async function serverCall<Noun extends keyof Contract, Verb extends keyof Contract[Noun] & string>(
  noun: Noun,
  verb: Verb,
  input: Verb extends keyof Inputs[Noun] ? Inputs[Noun][Verb] : never,
): Promise<Verb extends keyof Outputs[Noun] ? Outputs[Noun][Verb] : never> {
  const caller = await findCaller();
  if (caller === null) redirect("/login");
  return (await invoke(noun, verb, parse(noun, verb, input), { caller })) as never;
}

interface Entry {
  "~orpc": { inputSchema: { parse(input: unknown): unknown } };
}

function parse(noun: string, verb: string, input: unknown): unknown {
  const entry = (contract as unknown as Record<string, Record<string, Entry>>)[noun]![verb]!;
  return entry["~orpc"].inputSchema.parse(input);
}

/** Null instead of NOT_FOUND. */
export async function orNull<Value>(answer: Promise<Value>): Promise<Value | null> {
  try {
    return await answer;
  } catch (thrown) {
    if (thrown instanceof DomainError && thrown.code === "NOT_FOUND") return null;
    throw thrown;
  }
}
