/** Why the rest of a log is missing. The reader goes on trying. */
export function LogProblem({ problem }: { problem: string | null }) {
  if (problem === null) return null;
  return (
    <p role="alert" className="border-border border-b bg-surface px-3 py-2 text-danger text-sm">
      The rest of this could not be read and is tried again by itself. {problem}
    </p>
  );
}
