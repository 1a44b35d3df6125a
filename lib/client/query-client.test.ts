import { MutationObserver, onlineManager } from "@tanstack/react-query";
import { afterEach, expect, test, vi } from "vitest";
import { createQueryClient } from "@/lib/client/query-client.ts";

afterEach(() => onlineManager.setOnline(true));

test("what is asked while the browser says it is offline goes out, for the server may be on this machine", async () => {
  onlineManager.setOnline(false);
  const client = createQueryClient();
  const change = new MutationObserver(client, { mutationFn: async (text: string) => `${text} done` });
  await expect(change.mutate("queue")).resolves.toBe("queue done");
  const read = vi.fn(async () => "read");
  await expect(client.fetchQuery({ queryKey: ["anything"], queryFn: read })).resolves.toBe("read");
});
