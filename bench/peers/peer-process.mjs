// A peer, started by bench/carriers/peer.ts. Each message is a Drain; the answer is { ms } or { error }.
import { runCommand } from "./run-command.mjs";

/**
 * @typedef {{ id: string, needs: readonly string[] }} Job
 * @typedef {{ command: string, args: readonly string[] }} CommandLine
 * @typedef {{ jobs: readonly Job[], concurrency: number, variant: string | null, commandLine: CommandLine | null }} Drain
 * @typedef {Omit<Drain, "commandLine"> & { work: () => Promise<void> }} Carry
 * @typedef {{ drain(carry: Carry): Promise<number> }} OpenPeer  ms from the first job taken up to the last completion on record
 */

// What peers use that is deprecated is not ours to change.
process.noDeprecation = true;
const { name, url } = JSON.parse(process.argv[2]);
const { open } = await import(`./${name}.mjs`);
/** @type {OpenPeer} */
const peer = await open(url);
process.on("message", async (/** @type {Drain} */ { commandLine, ...drain }) => {
  const work = commandLine ? () => runCommand(commandLine) : async () => {};
  try {
    process.send({ ms: await peer.drain({ ...drain, work }) });
  } catch (error) {
    process.send({ error: error instanceof Error ? error.stack : String(error) });
  }
});
process.on("disconnect", () => process.exit());
process.send({});
