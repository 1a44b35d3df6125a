// Stands for web and orchestrator: ready at once, ends on SIGTERM, ignores Ctrl+C, ends with its supervisor.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => process.exit(0));
process.on("disconnect", () => process.exit(0));
process.send({ type: "ready", url: `http://127.0.0.1:1/login?pid=${process.pid}` });
process.send({ type: "sessions", running: 0 });
console.log(`child ${process.pid}`);
setInterval(() => {}, 60_000);
