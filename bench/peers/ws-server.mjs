// The floor of a push: bare ws, and one message to everybody for each hint of the database. Greets with its address.
import { createServer } from "node:http";
import pg from "pg";
import { WebSocketServer } from "ws";

/** @type {{ databaseUrl: string, channel: string, text: string }} */
const { databaseUrl, channel, text } = JSON.parse(process.argv[2]);
const http = createServer();
const server = new WebSocketServer({ server: http, perMessageDeflate: false });
const client = new pg.Client({ connectionString: databaseUrl });
client.on("notification", () => {
  for (const socket of server.clients) socket.send(text);
});
await client.connect();
await client.query(`LISTEN ${channel}`);
http.listen(0, "127.0.0.1", () => process.send({ url: `ws://127.0.0.1:${http.address().port}` }));
process.on("disconnect", () => process.exit());
