-- Rules: which task is created when a document of the project changes or an operation is posted, and what became of each of those.

-- CreateTable
CREATE TABLE "Rule" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "isEnabled" BOOLEAN NOT NULL DEFAULT true,
    "when" JSONB NOT NULL,
    "task" JSONB NOT NULL,
    "limits" JSONB NOT NULL,
    "writeBack" BOOLEAN NOT NULL DEFAULT false,
    "seenAt" TIMESTAMPTZ(3),
    "problem" TEXT,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdBy" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Rule_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "RuleDocument" (
    "ruleId" UUID NOT NULL,
    "path" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "writing" TEXT,

    CONSTRAINT "RuleDocument_pkey" PRIMARY KEY ("ruleId","path")
);

-- CreateTable
CREATE TABLE "Trigger" (
    "id" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "ruleId" UUID NOT NULL,
    "subject" TEXT NOT NULL,
    "eventKey" TEXT NOT NULL,
    "event" JSONB NOT NULL,
    "depth" INTEGER NOT NULL DEFAULT 1,
    "causeId" UUID,
    "status" TEXT NOT NULL,
    "reason" TEXT,
    "message" TEXT,
    "heldUntil" TIMESTAMPTZ(3),
    "taskId" UUID,
    "firedAt" TIMESTAMPTZ(3),
    "writtenFor" TEXT,
    "writeError" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Trigger_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "Rule_projectId_name_key" ON "Rule"("projectId", "name");

-- CreateIndex
CREATE INDEX "RuleDocument_path_idx" ON "RuleDocument"("path");

-- CreateIndex
CREATE UNIQUE INDEX "Trigger_taskId_key" ON "Trigger"("taskId");

-- CreateIndex
CREATE INDEX "Trigger_projectId_id_idx" ON "Trigger"("projectId", "id");

-- CreateIndex
CREATE INDEX "Trigger_ruleId_subject_idx" ON "Trigger"("ruleId", "subject");

-- CreateIndex
CREATE UNIQUE INDEX "Trigger_ruleId_eventKey_key" ON "Trigger"("ruleId", "eventKey");

-- AddForeignKey
ALTER TABLE "Rule" ADD CONSTRAINT "Rule_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "RuleDocument" ADD CONSTRAINT "RuleDocument_ruleId_fkey" FOREIGN KEY ("ruleId") REFERENCES "Rule"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Trigger" ADD CONSTRAINT "Trigger_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Trigger" ADD CONSTRAINT "Trigger_ruleId_fkey" FOREIGN KEY ("ruleId") REFERENCES "Rule"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Trigger" ADD CONSTRAINT "Trigger_taskId_fkey" FOREIGN KEY ("taskId") REFERENCES "Task"("id") ON DELETE SET NULL ON UPDATE CASCADE;

ALTER TABLE "Trigger" ADD CONSTRAINT "Trigger_status_check" CHECK ("status" IN ('CREATED', 'HELD', 'SKIPPED'));

-- What waits for room is looked for every few seconds, and is mostly nothing.
CREATE INDEX "Trigger_held_idx" ON "Trigger"("projectId", "id") WHERE "status" = 'HELD';

-- How many tasks of a rule within the last hour.
CREATE INDEX "Trigger_fired_idx" ON "Trigger"("ruleId", "firedAt") WHERE "status" = 'CREATED';

-- Tasks whose results are still to be written into their documents.
CREATE INDEX "Trigger_unwritten_idx" ON "Trigger"("projectId") WHERE "status" = 'CREATED' AND "writtenFor" IS NULL AND "writeError" IS NULL;
