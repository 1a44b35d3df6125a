import { basename } from "node:path";
import type { Relay } from "../port.ts";
import { LaunchError } from "../spawner/spawner-protocol.ts";
import { socketPlace } from "./bwrap-arguments.ts";

/** What carries bytes from a port of the sandbox's loopback to a socket: socat, or Node, which takes longer to start. */
export interface RelayProgram {
  kind: "socat" | "node";
  file: string;
}

const byNode = `const net = require("node:net");
net.createServer({ allowHalfOpen: true }, (inside) => {
  const outside = net.connect({ path: process.argv[2], allowHalfOpen: true });
  const end = () => { inside.destroy(); outside.destroy(); };
  inside.on("error", end); outside.on("error", end);
  inside.pipe(outside); outside.pipe(inside);
}).listen(Number(process.argv[1]), "127.0.0.1");`;

/** One that has ended its side may wait this long for the answer. */
const halfClosedSeconds = 3600;

const lines: Record<RelayProgram["kind"], string> = {
  socat: `"$RUNBOARD_RELAY" -t ${halfClosedSeconds} "TCP-LISTEN:$1,bind=127.0.0.1,reuseaddr,fork" "UNIX-CONNECT:$3"`,
  node: `"$RUNBOARD_RELAY" -e '${byNode}' "$1" "$3"`,
};

/**
 * Inside: starts each relay and becomes the command once all of them listen. `/bin/sh -c <this> runboard <program> (<port>
 * <port in hexadecimal> <socket>)… -- <command> <args…>`.
 * Whether one listens is asked of /proc/net/tcp with builtins. A relay is nobody's child: a command that waits for all of its
 * children must not wait for it.
 */
const launcher = (kind: RelayProgram["kind"]): string => `RUNBOARD_RELAY=$1
shift
RUNBOARD_RELAY_PORTS=
while [ "$1" != -- ]; do
  (${lines[kind]} < /dev/null > /dev/null 2>&1 &)
  RUNBOARD_RELAY_PORTS="$RUNBOARD_RELAY_PORTS $2"
  shift 3
done
shift
runboard_listens() {
  while read -r _ RUNBOARD_RELAY_LOCAL _ RUNBOARD_RELAY_STATE _; do
    case "$RUNBOARD_RELAY_LOCAL $RUNBOARD_RELAY_STATE" in *":$1 0A") return 0 ;; esac
  done < /proc/net/tcp
  return 1
}
for RUNBOARD_RELAY_PORT in $RUNBOARD_RELAY_PORTS; do
  RUNBOARD_RELAY_LOOKS=0
  until runboard_listens "$RUNBOARD_RELAY_PORT"; do
    RUNBOARD_RELAY_LOOKS=$((RUNBOARD_RELAY_LOOKS + 1))
    [ "$RUNBOARD_RELAY_LOOKS" -lt 100 ] || sleep 0.01
    [ "$RUNBOARD_RELAY_LOOKS" -lt 2000 ] || { echo "Runboard: the way out of the sandbox did not open." >&2; exit 97; }
  done
done
exec "$@"
`;

/** The arguments that start `command` behind its relays. `relays[n].socket` is looked for in socketPlace(n). */
export function behindRelays(program: RelayProgram, relays: readonly Relay[], command: readonly string[]): string[] {
  if (relays.length === 0) return [...command];
  const triples = relays.flatMap(({ port, socket }, index) => {
    const name = basename(socket);
    // A comma or colon would end the address for socat.
    if (!/^[A-Za-z0-9._-]+$/.test(name)) throw new LaunchError("START_FAILED", `A relay's socket is called ${name}.`);
    const hexadecimal = port.toString(16).toUpperCase().padStart(4, "0");
    return [String(port), hexadecimal, `${socketPlace(index)}/${name}`];
  });
  return ["/bin/sh", "-c", launcher(program.kind), "runboard", program.file, ...triples, "--", ...command];
}
