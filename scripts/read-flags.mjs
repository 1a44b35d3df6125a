/** `--drain`: a stop waits for running tasks. Anything else is answered with what there is. */
export function readFlags(usage, given = process.argv.slice(2)) {
  for (const flag of given) {
    if (flag === "--drain") process.env.RUNBOARD_DRAIN = "on";
    else {
      console.error(
        `${flag} is not known. Usage: ${usage} [--drain]\n  --drain  when asked to stop, wait until running tasks have ended`,
      );
      process.exit(2);
    }
  }
}
