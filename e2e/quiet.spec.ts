import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { eventually, startProduct } from "./product.ts";

/** Remote addresses of every socket the product's processes hold, loopback left out, from the kernel's own tables. */
function outgoing(root: number): string[] {
  const inodes = new Set(treeOf(root).flatMap(socketsOf));
  return ["tcp", "tcp6", "udp", "udp6"].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, "utf8")
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => inodes.has(fields[9] ?? ""))
      .map((fields) => fields[2] ?? "")
      .filter(
        (remote) => !/^(0100007F|00000000|0{32}|0{24}0100007F|0{24}01000000|0{16}FFFF00000100007F):/.test(remote),
      ),
  );
}

function treeOf(root: number): number[] {
  const children = readFileSync(`/proc/${root}/task/${root}/children`, "utf8").match(/\d+/g) ?? [];
  return [root, ...children.flatMap((pid) => treeOf(Number(pid)))];
}

function socketsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      const target = readlinkSync(`/proc/${pid}/fd/${fd}`);
      return /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? [];
    });
  } catch {
    return [];
  }
}

test("from start to rest nothing talks to anybody but loopback, and it listens on loopback only", async () => {
  const product = await startProduct();
  const seen = new Set<string>();
  const watch = setInterval(() => {
    try {
      for (const remote of outgoing(product.process.pid!)) seen.add(remote);
    } catch {}
  }, 20);
  await product.api("PATCH", "/projects/DEMO/autonomous-execution", { enabled: true });
  await eventually(async () => {
    const { body } = await product.api<{ counts: { COMPLETED: number } }>("GET", "/projects/DEMO");
    return body.counts.COMPLETED === 6;
  });
  clearInterval(watch);
  expect([...seen]).toEqual([]);
  const port = Number(new URL(product.url).port).toString(16).toUpperCase().padStart(4, "0");
  const listening = readFileSync("/proc/net/tcp", "utf8").match(
    new RegExp(`([0-9A-F]{8}):${port} 00000000:0000 0A`),
  )?.[1];
  expect(listening).toBe("0100007F");
  await product.stop();
});
