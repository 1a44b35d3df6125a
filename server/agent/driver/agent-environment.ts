/** What an agent gets of the variables beside it: all but what is for its driver alone, the model's real key above all. */
export function agentEnvironment(own: Record<string, string>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("RUNBOARD_GATE_"));
  return { ...Object.fromEntries(inherited), ...own } as NodeJS.ProcessEnv;
}
