const mib = 1024 * 1024;

/** A command that says very much, and what has to be found of it in its log. */
export interface Flood {
  name: string;
  script: string;
  /** All it writes, in bytes. */
  writtenBytes: number;
  /** Whether the log is what is to be kept of it; a sentence where it is not. */
  complaintAbout(log: string, droppedBytes: number): string | null;
}

const lastLine = "the very last line";

/** Numbered lines as fast as they can be written: the first 16 MiB have to be there, and the end. */
export function numbers(last: number): Flood {
  const writtenBytes = bytesOfNumbers(last) + lastLine.length + 1;
  return {
    name: `${sizeOf(writtenBytes)} of output`,
    script: `seq 1 ${last}; echo ${lastLine}`,
    writtenBytes,
    complaintAbout: (log, droppedBytes) => complaintAboutNumbers(log, { last, writtenBytes, droppedBytes }),
  };
}

/** As many for nobody: what a program costs the others that writes so much, whoever runs it. */
export function unreadNumbers(last: number): Flood {
  const writtenBytes = lastLine.length + 1;
  return {
    name: `${sizeOf(bytesOfNumbers(last))} to nowhere`,
    script: `seq 1 ${last} > /dev/null; echo ${lastLine}`,
    writtenBytes,
    complaintAbout: (log) => (log === `${lastLine}\n` ? null : `its log is ${log.slice(0, 80)}`),
  };
}

/** The same at a steady rate. */
export function steadyLines(perSecond: number, seconds: number): Flood {
  const last = perSecond * seconds;
  const writtenBytes = bytesOfNumbers(last) + lastLine.length + 1;
  const tick = `let n=0;const began=performance.now();const go=()=>{let text="";const due=Math.min(${last},Math.floor((performance.now()-began)*${perSecond / 1000}));while(n<due)text+=++n+"\\n";process.stdout.write(text);if(n<${last})setTimeout(go,10)};go()`;
  return {
    name: `${perSecond} lines/s for ${seconds} s`,
    script: `${process.execPath} -e '${tick}'; echo ${lastLine}`,
    writtenBytes,
    complaintAbout: (log, droppedBytes) => complaintAboutNumbers(log, { last, writtenBytes, droppedBytes }),
  };
}

/** One line without an end in sight, then another. */
export function longLine(bytes: number): Flood {
  return {
    name: `a line of ${sizeOf(bytes)}`,
    script: `echo first; head -c ${bytes} /dev/zero | tr '\\0' x; echo; echo ${lastLine}`,
    writtenBytes: bytes + lastLine.length + 8,
    complaintAbout: (log, droppedBytes) => {
      const [first, long = "", last, ...more] = log.split("\n");
      if (first !== "first" || last !== lastLine || more.join("") !== "") return `its lines are ${log.slice(0, 80)}…`;
      if (!/^x{65536} … .* of this line were left out …$/.test(long))
        return `its long line ends with ${long.slice(-80)}`;
      return droppedBytes === bytes - 65_536 ? null : `${droppedBytes} bytes are said to be dropped`;
    },
  };
}

interface Numbers {
  last: number;
  writtenBytes: number;
  droppedBytes: number;
}

function complaintAboutNumbers(log: string, { last, writtenBytes, droppedBytes }: Numbers): string | null {
  const text = log.replace(/^… .* …\n/gm, "");
  if (!log.endsWith(`${last}\n${lastLine}\n`)) return `it ends with ${JSON.stringify(log.slice(-60))}`;
  let [at, n] = [0, 0];
  for (; at < Math.min(text.length, 16 * mib - 100); at = text.indexOf("\n", at) + 1) {
    n += 1;
    if (!text.startsWith(`${n}\n`, at)) return `after ${n - 1} comes ${JSON.stringify(text.slice(at, at + 20))}`;
    if (n === last) break;
  }
  if (writtenBytes <= 16 * mib) return text.length === writtenBytes ? null : "it is not whole";
  if (!/^… The log is full at 16 MiB.*\n… .* of output were left out here …$/m.test(log))
    return "it does not say what is missing";
  const counted = droppedBytes + text.length;
  // What is written between the last look at the file and its cut is not counted.
  return Math.abs(counted / writtenBytes - 1) < 0.05
    ? null
    : `${counted} bytes are accounted for, ${writtenBytes} were written`;
}

function bytesOfNumbers(last: number): number {
  let bytes = 0;
  for (let from = 1, digits = 1; from <= last; from *= 10, digits++)
    bytes += (Math.min(last, from * 10 - 1) - from + 1) * (digits + 1);
  return bytes;
}

const sizeOf = (bytes: number): string =>
  bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`;
