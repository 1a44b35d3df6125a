-- Since when an orchestrator has been there without a break: what nobody could take or hear meanwhile is not held against a task
-- or a session by the monitor.

-- AlterTable
ALTER TABLE "Worker" ADD COLUMN     "heldSince" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;
