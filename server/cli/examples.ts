/** By operation; what help shows under Examples. */
const examples: Record<string, string[]> = {
  "project.create": ["runboard project create Shop --repo-path ~/shop"],
  "project.update": ["runboard project update SHOP --settings requireReview=true --settings maxConcurrentSessions=3"],
  "project.setAutonomousExecution": [
    "runboard project set-autonomous-execution on",
    "runboard project set-autonomous-execution SHOP off",
  ],
  "project.export": ["runboard project export SHOP --directory cards", "runboard project export SHOP --all --json"],
  "task.create": [
    'runboard task create "Run the tests" --spec command=make --spec \'args=["test"]\' --status approved',
    "runboard task create SHOP --title Notes --description - < notes.md",
    'runboard task create "Deploy" --depends-on SHOP-3,SHOP-4 --priority high',
  ],
  "task.createBatch": ["runboard task create-batch SHOP - < graph.json", "runboard task create-batch @graph.json"],
  "task.createAndStart": [
    'runboard task create-and-start "make test" --wait',
    'runboard task create-and-start "Fix the login" --type claude-code',
  ],
  "task.list": [
    "runboard task list --status running,queued",
    "runboard task list SHOP --all --json | jq -r '.items[].key'",
  ],
  "task.update": [
    "runboard task update SHOP-3 --priority high --tags ui,urgent",
    "runboard task update SHOP-3 --no-deadline",
  ],
  "session.start": [
    "runboard session start SHOP-3 --wait",
    "runboard session start SHOP-3 --type interactive --priority high --queue",
  ],
  "session.list": ["runboard session list --status running", "runboard session list --task SHOP-3"],
  "session.logs": ["runboard session logs SHOP-3 --follow", "runboard session logs SHOP-3/2 > attempt-2.log"],
  "session.attach": ["runboard session attach SHOP-3"],
  "session.prompt": ['runboard session prompt SHOP-3 "Use the new API"', "git diff | runboard session prompt SHOP-3 -"],
  "session.continue": ['runboard session continue SHOP-3 "The tests fail on Windows" --wait'],
  "event.list": [
    "runboard event list --follow",
    "runboard event list SHOP --type TASK_COMPLETED,TASK_FAILED --follow --json",
  ],
  "chat.post": ['runboard chat post "/task make test"', "runboard chat post SHOP - < message.md"],
  "config.update": ["runboard config update maxConcurrent=8", "runboard config update '{\"logRetentionDays\": 7}'"],
  "queue.clear": ["runboard queue clear --type claude-code --yes"],
  "question.answer": ['runboard question answer 0192… deny --message "Not on main"'],
};

/** The old name has the same ones. */
export function examplesOf(operation: string): string[] {
  const own = examples[operation];
  if (own !== undefined || !operation.startsWith("autonomous.")) return own ?? [];
  const twin = examples[operation.replace("autonomous.", "session.")] ?? [];
  return twin
    .map((line) => line.replaceAll("runboard session", "runboard autonomous"))
    .filter((line) => !line.includes("interactive"));
}
