-- Cards as Markdown files in the working tree: what a file and its card last agreed on, and who looks after the directory.

-- CreateTable
CREATE TABLE "TaskFile" (
    "projectId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "taskId" UUID,
    "base" JSONB NOT NULL DEFAULT '{}',
    "hash" TEXT,
    "writing" JSONB,
    "conflicts" JSONB NOT NULL DEFAULT '[]',
    "remarks" JSONB NOT NULL DEFAULT '[]',
    "goneAt" TIMESTAMPTZ(3),
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "TaskFile_pkey" PRIMARY KEY ("projectId","name")
);

-- CreateTable
CREATE TABLE "TaskFolder" (
    "projectId" UUID NOT NULL,
    "workerId" UUID,
    "leaseUntil" TIMESTAMPTZ(3),
    "seenSeq" BIGINT,
    "remarks" JSONB NOT NULL DEFAULT '[]',
    "lookedAt" TIMESTAMPTZ(3),

    CONSTRAINT "TaskFolder_pkey" PRIMARY KEY ("projectId")
);

-- CreateIndex
CREATE UNIQUE INDEX "TaskFile_taskId_key" ON "TaskFile"("taskId");

-- AddForeignKey
ALTER TABLE "TaskFile" ADD CONSTRAINT "TaskFile_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "TaskFile" ADD CONSTRAINT "TaskFile_taskId_fkey" FOREIGN KEY ("taskId") REFERENCES "Task"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "TaskFolder" ADD CONSTRAINT "TaskFolder_projectId_fkey" FOREIGN KEY ("projectId") REFERENCES "Project"("id") ON DELETE CASCADE ON UPDATE CASCADE;
