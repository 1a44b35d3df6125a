/** What the process ends with, set by the command that ran. */
export interface Outcome {
  exitCode: number;
}
