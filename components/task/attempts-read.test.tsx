import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { AttemptsRead } from "@/components/task/attempts-read.tsx";
import type { Session } from "@/lib/session/schema.ts";

const error = new Error("refused");
const shown = (data: Session[] | undefined, error: Error | null = null) =>
  renderToStaticMarkup(
    <AttemptsRead attempts={{ data, error, refetch: async () => ({}) as never }}>No attempt yet.</AttemptsRead>,
  );

it("says that there is no attempt only when that is known", () => {
  expect(shown(undefined)).not.toContain("No attempt");
  expect(shown(undefined)).toContain('aria-busy="true"');
  expect(shown([])).toBe("No attempt yet.");
});

it("says that the attempts could not be read, with a way to try again, and keeps what was read before", () => {
  expect(shown(undefined, error)).toMatch(/Could not load the attempts.*Retry/);
  expect(shown([], error)).toBe("No attempt yet.");
});
