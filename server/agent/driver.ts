import { driveSession } from "./driver/drive-session.ts";

// driver.js <session directory> -- <program in its confinement …>; see plan.ts.
const [directory, separator, ...confinement] = process.argv.slice(2);
if (directory === undefined || separator !== "--" || confinement.length === 0) {
  console.error("driver.js <session directory> -- <program in its confinement …>");
  process.exit(2);
}
process.exit(await driveSession(directory, confinement));
