/** Every key of the browser's cache, in one place. */
export const keys = {
  projects: ["projects"] as const,
  project: (ref: string) => ["project", ref] as const,
  tasks: (projectId: string) => ["tasks", projectId] as const,
  task: (ref: string) => ["task", ref] as const,
  sessions: (taskId: string) => ["sessions", taskId] as const,
  attach: (sessionId: string) => ["attach", sessionId] as const,
  explanations: ["explanation"] as const,
  explanation: (taskId: string) => ["explanation", taskId] as const,
  events: (projectId: string, entityId?: string) =>
    entityId ? (["events", projectId, entityId] as const) : (["events", projectId] as const),
  chat: (projectId: string) => ["chat", projectId] as const,
  graph: (projectId: string) => ["graph", projectId] as const,
  config: ["config"] as const,
  queues: ["queue"] as const,
  queue: (filter: { projectId?: string; type?: string }) => ["queue", filter] as const,
  resources: ["resources"] as const,
};
