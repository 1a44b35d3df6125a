-- A reply that asks carries what it asks and what was answered before: a dialogue lives in its rows and in no process.

-- AlterTable
ALTER TABLE "ChatMessage" ADD COLUMN     "asking" JSONB;
