import { startEmbedded } from "./embedded.ts";

// A process that holds a database until it is killed or its stdin ends; says { pid, url } when it is up.
const [directory = ""] = process.argv.slice(2);
const database = await startEmbedded({ directory, log: () => {}, durability: "none" });
console.log(JSON.stringify({ pid: database.pid, url: database.url }));
process.stdin.on("end", () => void database.stop().then(() => process.exit(0)));
process.stdin.resume();
