-- Milliseconds are rounded, not cut: a retry without delay could be due up to half of one after the turn that made it, and
-- the same turn then passed it over. With what the clock says it is due at once, and has waited since then. Nothing is
-- rewritten by this.
ALTER TABLE "Task"
  ALTER COLUMN "availableAt" SET DATA TYPE TIMESTAMPTZ(6),
  ALTER COLUMN "waitingSince" SET DATA TYPE TIMESTAMPTZ(6);
