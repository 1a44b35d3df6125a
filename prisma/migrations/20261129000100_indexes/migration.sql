-- Indexes for what read a whole table. And deadlines that were taken although nobody can read them back become the nearest that can be.

-- CreateIndex
CREATE INDEX "Session_projectId_id_idx" ON "Session"("projectId", "id");

-- CreateIndex
CREATE INDEX "Sandbox_taskId_idx" ON "Sandbox"("taskId");

-- What a session has created, counted whenever it creates more.
CREATE INDEX task_created_by_session ON "Task" ("projectId", ("createdBy"->>'id')) WHERE "createdBy"->>'type' = 'session';

-- The few that people watch, among a long past of others.
CREATE INDEX session_interactive ON "Session" ("projectId", id) WHERE type = 'interactive';

UPDATE "Task" SET deadline = least(greatest(deadline, '0001-01-01 00:00:00+00'), '9999-12-31 23:59:59.999+00')
WHERE deadline NOT BETWEEN '0001-01-01 00:00:00+00' AND '9999-12-31 23:59:59.999+00';
