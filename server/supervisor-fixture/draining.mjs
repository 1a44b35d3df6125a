// Stands for an orchestrator with two running tasks: asked to end, it says so and waits until they are over (SIGUSR2).
process.on("SIGINT", () => {});
process.on("SIGTERM", () => process.send({ type: "draining", running: 2 }));
process.on("SIGUSR2", () => process.exit(0));
process.on("disconnect", () => process.exit(0));
process.send({ type: "ready" });
console.log(`draining ${process.pid}`);
setInterval(() => {}, 60_000);
