// Many raw WebSockets: as io-clients, without a library that decodes. Given `subscribe` they speak as much of socket.io's protocol as
// it takes to follow a project; else everything they get is an event.
import WebSocket from "ws";
import { createArrivals, inGroups } from "../push/arrivals.mjs";

/** @type {{ url: string, sockets: number, token?: string, subscribe?: object }} */
const { url, sockets, token, subscribe } = JSON.parse(process.argv[2]);
const arrivals = createArrivals();
await inGroups(sockets, connect);
process.on("message", async (/** @type {{ event: number }} */ { event }) => {
  process.send(await arrivals.all(event, sockets));
});
process.on("disconnect", () => process.exit());
process.send({});

/** @returns {Promise<void>} */
function connect() {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  let seen = 0;
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    if (!subscribe) {
      socket.once("open", () => resolve());
      socket.on("message", () => arrivals.one(++seen));
      return;
    }
    // engine.io: 0 open, 2 ping, 3 pong, 4 message; within a message socket.io: 0 connect, 2 event, 3 answer.
    socket.on("message", (/** @type {Buffer} */ data) => {
      const text = data.toString();
      if (text.startsWith("42")) arrivals.one(++seen);
      else if (text === "2") socket.send("3");
      else if (text.startsWith("0")) socket.send(`40${JSON.stringify({ token })}`);
      else if (text.startsWith("40")) socket.send(`420${JSON.stringify(["subscribe", subscribe])}`);
      else if (text.startsWith("430")) resolve();
      else if (text.startsWith("44")) reject(new Error(`The server refused: ${text}`));
    });
  });
}
