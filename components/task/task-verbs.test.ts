import { describe, expect, it } from "vitest";
import { defaultTab } from "@/components/task/task-tab.ts";
import { primaryVerb, startOrCancel } from "@/components/task/task-verbs.ts";
import { verbsFor } from "@/lib/client/verbs.ts";
import { taskStatuses } from "@/lib/task/machine.ts";

describe("the header's action", () => {
  it.each(taskStatuses)("is one of the legal verbs of %s", (status) => {
    expect(verbsFor(status)).toContain(primaryVerb(status).verb);
  });

  it("starts, cancels or does nothing on S", () => {
    expect(startOrCancel("APPROVED")).toBe("queue");
    expect(startOrCancel("FAILED")).toBe("retry");
    expect(startOrCancel("RUNNING")).toBe("cancel");
    expect(startOrCancel("DRAFT")).toBeNull();
    expect(startOrCancel("COMPLETED")).toBeNull();
  });
});

describe("the tab a task opens at", () => {
  it("is the log while it runs and after it broke", () => {
    expect(defaultTab({ status: "RUNNING", attempts: 1 })).toBe("logs");
    expect(defaultTab({ status: "FAILED", attempts: 3 })).toBe("logs");
    expect(defaultTab({ status: "STALLED", attempts: 1 })).toBe("logs");
  });

  it("is the overview for everything else, and where nothing ever ran", () => {
    expect(defaultTab({ status: "REVIEW", attempts: 1 })).toBe("overview");
    expect(defaultTab({ status: "STALLED", attempts: 0 })).toBe("overview");
  });
});
