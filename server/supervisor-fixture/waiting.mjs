// Stands for web and orchestrator as they are: nothing before the database is ready, then ready.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => process.exit(0));
process.on("disconnect", () => process.exit(0));
process.once("message", ({ type }) => {
  console.log(`child ${process.pid} was told ${type}`);
  process.send({ type: "ready", url: `http://127.0.0.1:1/login?pid=${process.pid}` });
});
setInterval(() => {}, 60_000);
