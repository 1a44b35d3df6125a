/** The legal moves as the judge knows them, written down again on purpose: verb → from, to. */
const legalMoves: Record<string, [from: string, to: string]> = {
  approve: ["DRAFT", "APPROVED"],
  withdraw: ["APPROVED", "DRAFT"],
  queue: ["APPROVED FAILED STALLED", "QUEUED"],
  unqueue: ["QUEUED", "APPROVED"],
  claim: ["QUEUED", "RUNNING"],
  succeed: ["RUNNING", "VALIDATING REVIEW COMPLETED"],
  accept: ["REVIEW", "COMPLETED"],
  requestChanges: ["REVIEW", "QUEUED"],
  retry: ["RUNNING VALIDATING", "QUEUED"],
  fail: ["RUNNING VALIDATING", "FAILED"],
  stall: ["APPROVED QUEUED RUNNING", "STALLED"],
  cancel: ["DRAFT APPROVED QUEUED RUNNING VALIDATING REVIEW FAILED STALLED", "CANCELLED"],
  complete: ["DRAFT APPROVED QUEUED REVIEW", "COMPLETED"],
  reopen: ["COMPLETED FAILED CANCELLED", "APPROVED"],
};

export function isLegal(verb: string, from: string, to: string): boolean {
  const [fromAllowed = "", toAllowed = ""] = legalMoves[verb] ?? [];
  return fromAllowed.split(" ").includes(from) && toAllowed.split(" ").includes(to);
}
