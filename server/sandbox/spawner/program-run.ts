import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import type { ProgramRequest, ProgramResult } from "./spawner-protocol.ts";

const OUTPUT_MAX_BYTES = 16 * 1024 * 1024;

/**
 * Runs one program to its end and returns what it printed. At the time limit, or when `signal` aborts, its whole
 * process group is killed. Rejects only when it cannot be started.
 */
export function runProgram(program: ProgramRequest, signal: AbortSignal): Promise<ProgramResult> {
  const encoding = program.encoding ?? "utf8";
  const maxBytes = program.maxOutputBytes ?? OUTPUT_MAX_BYTES;
  return new Promise((resolve, reject) => {
    const child = spawn(program.command, program.args, {
      cwd: program.cwd,
      env: program.env as NodeJS.ProcessEnv,
      detached: true,
    });
    const stdout = capture(child.stdout, maxBytes);
    const stderr = capture(child.stderr, maxBytes);
    const kill = () => killGroup(child.pid);
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      kill();
    }, program.timeoutMs);
    signal.addEventListener("abort", kill, { once: true });
    // A program that does not read its input closes the pipe early: no reason to fail.
    child.stdin.on("error", () => {});
    child.stdin.end(program.input ?? "", encoding);
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.on("close", (exitCode, ended) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", kill);
      resolve({
        exitCode,
        signal: ended,
        stdout: stdout.text(encoding),
        stderr: stderr.text(encoding),
        timedOut,
        isTruncated: stdout.isTruncated() || stderr.isTruncated(),
      });
    });
  });
}

function capture(stream: Readable, maxBytes: number) {
  const chunks: Buffer[] = [];
  let seen = 0;
  stream.on("data", (chunk: Buffer) => {
    if (seen < maxBytes) chunks.push(chunk.subarray(0, maxBytes - seen));
    seen += chunk.length;
  });
  return {
    text: (encoding: BufferEncoding) => Buffer.concat(chunks).toString(encoding),
    isTruncated: () => seen > maxBytes,
  };
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Already gone.
  }
}
