import "./lean.ts";
import { isIPv6 } from "node:net";
import { db } from "@/lib/db.ts";
import { env } from "@/lib/env.ts";
import { logger } from "@/lib/log.ts";
import { issueLoginCode } from "@/lib/token/token.ts";
import { callbackSocket } from "./callback-socket.ts";
import { createGateway } from "./gateway.ts";
import { type Pages, preparePages } from "./next-pages.ts";
import { stopRequested, tellSupervisor, untilDatabaseReady } from "./supervised.ts";
import { removeAddress, writeAddress } from "./web/address-file.ts";
import { type AllowedHost, isLoopback, parseAllowedHosts, refuseBinding } from "./web/allowed-hosts.ts";
import { answerApi, answerMcp } from "./web/answer-api.ts";
import { createWebServer, type WebServer } from "./web-server.ts";

// The web process: one port for pages, API and sockets. It spawns nothing; it reads and writes the database.

const stopping = stopRequested();
process.on("unhandledRejection", (reason) => logger.error({ err: reason }, "a promise was left alone"));
process.on("uncaughtException", (error) => logger.error({ err: error }, "an error was left alone"));

try {
  await untilDatabaseReady(stopping);
  await start(checkedHosts());
} catch (thrown) {
  fail(thrown);
}

async function start(allowedHosts: AllowedHost[]): Promise<void> {
  let pages: (Pages & { ready: Promise<void> }) | undefined;
  const web = createWebServer({
    allowedHosts,
    gateway: createGateway(),
    handleMcp: answerMcp,
    handlePage: (request, response) => pages?.handle(request, response),
    ...(env.NODE_ENV === "development"
      ? // The API goes through Next here, which loads it again after every change.
        { handleUpgrade: (request, socket, head) => pages?.handleUpgrade(request, socket, head) }
      : { handleApi: answerApi }),
  });
  const port = await web.listen(env.PORT, env.HOST);
  await web
    .listenToSandboxes(callbackSocket)
    .catch((error) => logger.warn({ err: error }, "confined sessions cannot report"));
  const address = origin(port, allowedHosts);
  noteAddress(() => writeAddress(address));
  process.once("exit", () => noteAddress(() => removeAddress(address)));
  pages = preparePages(port, env.HOST);
  if (stopping.aborted) return stop(web);
  stopping.addEventListener("abort", () => void stop(web), { once: true });
  const [url] = await Promise.all([loginUrl(port, allowedHosts), pages.ready]);
  if (!stopping.aborted) announce(url);
}

/** Who cannot write it down still serves: the command line then goes by PORT. */
function noteAddress(work: () => void): void {
  try {
    work();
  } catch (thrown) {
    logger.warn({ err: thrown }, "the command line cannot be told where this process answers");
  }
}

function checkedHosts(): AllowedHost[] {
  const allowedHosts = parseAllowedHosts();
  const refusal = refuseBinding(env.HOST, allowedHosts);
  if (refusal !== null) throw new Error(refusal);
  return allowedHosts;
}

async function stop(web: WebServer): Promise<void> {
  await web.stop(env.RUNBOARD_GRACE_MS);
  await db()
    .$disconnect()
    .catch(() => {});
  process.exit(0);
}

async function loginUrl(port: number, allowedHosts: readonly AllowedHost[]): Promise<string> {
  const code = await issueLoginCode();
  return `${origin(port, allowedHosts)}/login?code=${code}`;
}

/** Where the owner opens it: on this machine, unless it listens elsewhere only. */
function origin(port: number, allowedHosts: readonly AllowedHost[]): string {
  const isEverywhere = env.HOST === "0.0.0.0" || env.HOST === "::";
  if (env.HOST === "127.0.0.1" || isEverywhere) return `http://127.0.0.1:${port}`;
  if (isLoopback(env.HOST)) return `http://${isIPv6(env.HOST) ? `[${env.HOST}]` : "localhost"}:${port}`;
  const [named] = allowedHosts;
  if (named?.isHttps) return `https://${named.name}${named.port === null ? "" : `:${named.port}`}`;
  return `http://${named?.name ?? "localhost"}:${named?.port ?? port}`;
}

function announce(url: string): void {
  if (process.connected) tellSupervisor({ type: "ready", url });
  else console.log(`Runboard is ready: ${url}`);
}

/** Says why in words for the operator and ends with 1. The message leaves before the channel closes. */
function fail(thrown: unknown): void {
  const { code, message } = thrown instanceof Error ? (thrown as NodeJS.ErrnoException) : { code: "", message: "" };
  const words =
    code === "EADDRINUSE"
      ? `Port ${env.PORT} is in use by another program. Stop it, or choose another port: PORT=${env.PORT + 1} npm start`
      : code === "EADDRNOTAVAIL" || code === "EACCES" || code === "ENOTFOUND"
        ? `HOST=${env.HOST} PORT=${env.PORT} cannot be listened on here (${code}).`
        : message || "The web process could not start.";
  logger.debug({ err: thrown }, "the web process could not start");
  const exit = () => process.exit(1);
  if (!process.connected) {
    console.error(words);
    exit();
  }
  tellSupervisor({ type: "failed", message: words });
  process.removeAllListeners("disconnect");
  process.once("disconnect", exit);
  process.disconnect();
}
