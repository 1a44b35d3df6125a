// A web process that finds its port taken.
process.send({ type: "failed", message: "Port 3000 is in use." }, () => process.exit(1));
