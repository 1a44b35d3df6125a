import { renderToString } from "react-dom/server";
import { expect, test } from "vitest";
import { VirtualList } from "@/components/board/virtual-list.tsx";
import type { Task } from "@/lib/task/schema.ts";

const tasks = Array.from({ length: 500 }, (_, n) => ({ id: `t${n}` }) as Task);

test("the page brings the first cards of a long column along, one below the other, and not all of them", () => {
  const html = renderToString(
    <VirtualList
      columnId="approved"
      tasks={tasks}
      keptId={undefined}
      lineAt={null}
      hasMore={false}
      hasFailed={false}
      onMore={() => {}}
      renderCard={(task) => <b>{task.id}</b>}
    />,
  );
  const drawn = [...html.matchAll(/<b>(t\d+)<\/b>/g)].map(([, id]) => id);
  expect(drawn.slice(0, 8)).toEqual(tasks.slice(0, 8).map(({ id }) => id));
  expect(drawn.length).toBeLessThan(30);
  expect(html).not.toContain("translateY");
});
