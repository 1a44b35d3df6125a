// Does not end when asked to.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => console.log("deaf"));
process.send({ type: "ready" });
setInterval(() => {}, 60_000);
