-- AlterTable
ALTER TABLE "Project" ADD COLUMN     "budgetHeldUntil" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "Session" ADD COLUMN     "agentVersion" TEXT,
ADD COLUMN     "cacheReadTokens" BIGINT,
ADD COLUMN     "cacheWriteTokens" BIGINT,
ADD COLUMN     "conversationId" TEXT,
ADD COLUMN     "costUsd" DOUBLE PRECISION,
ADD COLUMN     "inputTokens" BIGINT,
ADD COLUMN     "liveLine" TEXT,
ADD COLUMN     "model" TEXT,
ADD COLUMN     "outputTokens" BIGINT,
ADD COLUMN     "terminalSocket" TEXT;

-- AlterTable
ALTER TABLE "Task" ADD COLUMN     "sessionType" TEXT NOT NULL DEFAULT 'autonomous';

-- AlterTable
ALTER TABLE "Worker" ADD COLUMN     "agents" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN     "sandboxes" JSONB NOT NULL DEFAULT '[]';

-- CreateTable
CREATE TABLE "SessionPrompt" (
    "id" UUID NOT NULL,
    "sessionId" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "text" TEXT NOT NULL,
    "author" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deliveredAt" TIMESTAMPTZ(3),
    "refusal" TEXT,

    CONSTRAINT "SessionPrompt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Question" (
    "id" UUID NOT NULL,
    "sessionId" UUID NOT NULL,
    "taskId" UUID NOT NULL,
    "projectId" UUID NOT NULL,
    "askedAs" TEXT NOT NULL,
    "tool" TEXT NOT NULL,
    "input" TEXT NOT NULL,
    "askedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" TIMESTAMPTZ(3) NOT NULL,
    "answeredAt" TIMESTAMPTZ(3),
    "decision" TEXT,
    "message" TEXT,
    "answeredBy" JSONB,

    CONSTRAINT "Question_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "SessionPrompt_sessionId_id_idx" ON "SessionPrompt"("sessionId", "id");

-- CreateIndex
CREATE INDEX "Question_projectId_askedAt_idx" ON "Question"("projectId", "askedAt");

-- CreateIndex
CREATE UNIQUE INDEX "Question_sessionId_askedAs_key" ON "Question"("sessionId", "askedAs");

-- AddForeignKey
ALTER TABLE "SessionPrompt" ADD CONSTRAINT "SessionPrompt_sessionId_fkey" FOREIGN KEY ("sessionId") REFERENCES "Session"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Question" ADD CONSTRAINT "Question_sessionId_fkey" FOREIGN KEY ("sessionId") REFERENCES "Session"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Spent today: what the budget of a project is compared with.
CREATE INDEX session_cost ON "Session" ("projectId", "startedAt") WHERE "costUsd" IS NOT NULL;

-- As before; whoever queues says of which type the next session is.
CREATE OR REPLACE FUNCTION move_task(p_moves jsonb, p_task uuid, p_verb text, p_to text, p_actor jsonb, p_reason text, p_set jsonb)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  t "Task";
  v_now timestamptz := clock_timestamp();
  v_from text;
  v_ageing double precision;
  v_events jsonb;
  v_unblocked uuid[] := '{}';
  v_blocked uuid[];
  v_id uuid;
BEGIN
  SELECT * INTO t FROM "Task" WHERE id = p_task FOR UPDATE;
  IF NOT FOUND OR NOT (p_moves->p_verb->'from') ? t.status OR NOT (p_moves->p_verb->'to') ? p_to THEN
    RETURN NULL;
  END IF;
  v_from := t.status;
  IF p_to = 'QUEUED' THEN
    SELECT coalesce(("values"->>'priorityAgeingSeconds')::double precision, 300) INTO v_ageing FROM "Config" WHERE id = 1;
  END IF;

  UPDATE "Task" SET
    status = p_to,
    "statusReason" = p_reason,
    "statusSince" = v_now,
    "updatedAt" = v_now,
    version = version + 1,
    attempts = attempts + (p_verb = 'claim')::int,
    generation = generation + (p_verb = 'reopen')::int,
    failures = CASE WHEN p_verb IN ('reopen', 'queue', 'requestChanges') THEN 0 ELSE failures + coalesce((p_set->>'failures')::int, 0) END,
    losses = CASE WHEN p_verb IN ('reopen', 'queue', 'requestChanges') THEN 0 ELSE losses + coalesce((p_set->>'losses')::int, 0) END,
    "queuedAt" = CASE WHEN p_to = 'QUEUED' THEN v_now END,
    "queuedBy" = CASE WHEN p_verb = 'queue' AND p_actor->>'type' = 'system' THEN 'system'
                      WHEN p_verb IN ('queue', 'requestChanges') THEN 'person' ELSE "queuedBy" END,
    "requestedBy" = CASE WHEN p_verb = 'queue' AND p_actor->>'type' = 'system' THEN "createdBy"->>'id'
                         WHEN p_verb IN ('queue', 'requestChanges') THEN p_actor->>'id' ELSE "requestedBy" END,
    "queueRank" = CASE WHEN p_to = 'QUEUED' THEN extract(epoch FROM v_now) - priority * v_ageing END,
    "availableAt" = CASE WHEN p_to = 'QUEUED' THEN v_now + make_interval(secs => (p_set->>'delayMs')::double precision / 1000) END,
    "isForced" = CASE WHEN p_verb = 'queue' THEN coalesce((p_set->>'isForced')::boolean, false)
                      WHEN p_to IN ('QUEUED', 'RUNNING', 'VALIDATING') THEN "isForced" ELSE false END,
    "sessionType" = CASE WHEN p_verb IN ('queue', 'requestChanges') THEN coalesce(p_set->>'sessionType', 'autonomous') ELSE "sessionType" END,
    "lastError" = CASE WHEN p_set ? 'lastError' THEN p_set->>'lastError'
                       WHEN p_to = 'COMPLETED' OR p_verb IN ('reopen', 'queue') THEN NULL ELSE "lastError" END,
    feedback = CASE WHEN p_set ? 'feedback' THEN p_set->>'feedback' WHEN p_verb = 'reopen' THEN NULL ELSE feedback END,
    result = CASE WHEN p_set ? 'result' THEN p_set->'result' WHEN p_verb IN ('claim', 'reopen') THEN NULL ELSE result END,
    "resultBranch" = CASE WHEN p_set ? 'resultBranch' THEN p_set->>'resultBranch' WHEN p_verb IN ('claim', 'reopen') THEN NULL ELSE "resultBranch" END,
    "resultCommit" = CASE WHEN p_set ? 'resultCommit' THEN p_set->>'resultCommit' WHEN p_verb IN ('claim', 'reopen') THEN NULL ELSE "resultCommit" END
  WHERE id = p_task
  RETURNING * INTO t;

  v_events := jsonb_build_array(event_of(t."projectId", 'TASK_STATUS_CHANGED', 'task', p_task, p_actor,
    jsonb_build_object('from', v_from, 'to', p_to, 'verb', p_verb, 'reason', p_reason, 'version', t.version)));

  IF p_to = 'QUEUED' AND t."availableAt" IS NOT NULL THEN
    v_events := v_events || event_of(t."projectId", 'TASK_RETRY_SCHEDULED', 'task', p_task, p_actor,
      jsonb_build_object('attempt', t.attempts + 1, 'reason', p_reason,
        'availableAt', to_char(t."availableAt" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')));
  ELSIF p_to = 'FAILED' THEN
    v_events := v_events || event_of(t."projectId", 'TASK_FAILED', 'task', p_task, p_actor,
      jsonb_build_object('reason', p_reason, 'message', t."lastError"));
  ELSIF p_to = 'STALLED' THEN
    v_events := v_events || event_of(t."projectId", 'TASK_STALLED', 'task', p_task, p_actor, jsonb_build_object('reason', p_reason));
  ELSIF p_to = 'COMPLETED' THEN
    v_events := v_events || event_of(t."projectId", 'TASK_COMPLETED', 'task', p_task, p_actor,
      jsonb_build_object('attempt', t.attempts, 'resultCommit', t."resultCommit"));
    WITH dependents AS (
      SELECT x.id FROM "Task" x JOIN "Dependency" d ON d."taskId" = x.id
      WHERE d."dependsOnId" = p_task ORDER BY x.id FOR UPDATE OF x
    ), counted AS (
      UPDATE "Task" SET "openDependencies" = "openDependencies" - 1
      WHERE id IN (SELECT id FROM dependents)
      RETURNING id, status, "openDependencies"
    )
    SELECT coalesce(array_agg(id ORDER BY id), '{}') INTO v_unblocked FROM counted
    WHERE "openDependencies" = 0 AND status NOT IN ('COMPLETED', 'CANCELLED');
    IF cardinality(v_unblocked) > 0 THEN
      v_events := v_events || event_of(t."projectId", 'TASKS_UNBLOCKED', 'task', p_task, p_actor,
        jsonb_build_object('completedTaskId', p_task, 'unblockedTaskIds', to_jsonb(v_unblocked)));
    END IF;
  ELSIF v_from = 'COMPLETED' THEN
    WITH dependents AS (
      SELECT x.id FROM "Task" x JOIN "Dependency" d ON d."taskId" = x.id
      WHERE d."dependsOnId" = p_task ORDER BY x.id FOR UPDATE OF x
    ), counted AS (
      UPDATE "Task" SET "openDependencies" = "openDependencies" + 1
      WHERE id IN (SELECT id FROM dependents)
      RETURNING id, status, "isForced"
    )
    SELECT coalesce(array_agg(id ORDER BY id), '{}') INTO v_blocked FROM counted WHERE status = 'QUEUED' AND NOT "isForced";
    FOREACH v_id IN ARRAY v_blocked LOOP
      v_events := v_events || coalesce(
        move_task(p_moves, v_id, 'unqueue', 'APPROVED', p_actor, 'DEPENDENCY_REOPENED', '{}')->'events', '[]');
    END LOOP;
  END IF;

  RETURN jsonb_build_object('from', v_from, 'to', p_to, 'version', t.version, 'events', v_events, 'unblocked', to_jsonb(v_unblocked),
    'projectId', t."projectId");
END $$;

-- As before; no agent starts in a project whose budget is spent.
CREATE OR REPLACE FUNCTION first_in_line(p_projects uuid[], p_paused text[], p_type_limits jsonb)
RETURNS TABLE (id uuid, project_id uuid, type text, requested_by text, cpus float8, memory bigint, disk bigint, room int)
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN QUERY
  SELECT best.id, x.id, best.type, best."requestedBy", best.cpus, best.memory, best.disk,
      coalesce((x.settings->>'maxConcurrentSessions')::int, 5)
        - (SELECT count(*)::int FROM "Session" live WHERE live."projectId" = x.id AND live.status IN ('STARTING', 'RUNNING'))
    FROM "Project" x
    CROSS JOIN LATERAL (
      SELECT q.id, q."queueRank", q.type, q."requestedBy", asked.* FROM "Task" q
      CROSS JOIN LATERAL (SELECT
        coalesce((q.resources->>'cpus')::float8, (x.settings->>'sessionCpus')::float8, 0) AS cpus,
        coalesce((q.resources->>'memoryBytes')::bigint, (x.settings->>'sessionMemoryBytes')::bigint, 0) AS memory,
        coalesce((q.resources->>'diskBytes')::bigint, (x.settings->>'sessionDiskBytes')::bigint, 0) AS disk) asked
      WHERE q."projectId" = x.id AND q.status = 'QUEUED' AND q."availableAt" IS NULL
        AND (q."openDependencies" = 0 OR q."isForced")
        AND (x."autonomousExecutionEnabled" OR q."queuedBy" <> 'system')
        AND (q.type = 'cli' OR x."budgetHeldUntil" IS NULL OR x."budgetHeldUntil" <= clock_timestamp())
        AND NOT EXISTS (SELECT 1 FROM "Sandbox" b WHERE b."taskId" = q.id AND b."terminatedAt" IS NULL)
        AND q.type <> ALL (p_paused) AND coalesce((p_type_limits->>q.type)::int, 1) > 0
        AND ((asked.cpus = 0 AND asked.memory = 0 AND asked.disk = 0) OR EXISTS (
          SELECT 1 FROM "Worker" o WHERE o."leaseUntil" > clock_timestamp() AND o."stoppedAt" IS NULL AND o."pausedReason" IS NULL
            AND asked.cpus <= coalesce(o.cpus, asked.cpus) AND asked.memory <= coalesce(o."memoryBytes", asked.memory)
            AND asked.disk <= coalesce(o."diskFreeBytes", asked.disk)))
      ORDER BY q."queueRank", q.id LIMIT 1
    ) best
    WHERE x.id = ANY (p_projects)
    ORDER BY best."queueRank", best.id LIMIT 1;
END $$;
ALTER FUNCTION first_in_line SET enable_sort = off;

-- As before; of the type that was asked for, and within the budget.
CREATE OR REPLACE FUNCTION claim(p_task_moves jsonb, p_worker uuid, p_tickets jsonb, p_lease_ms int)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  w "Worker";
  c record;
  t "Task";
  m record;
  v_free int;
  v_ticket jsonb;
  v_used int := 0;
  v_moved jsonb;
  v_skipped int := 0;
  v_events jsonb := '[]';
  v_claims jsonb := '[]';
  v_projects uuid[] := '{}';
  v_branch text;
  v_user_limit int;
  v_type_limits jsonb;
  v_full_users text[] := '{}';
  v_full_types text[] := '{}';
  v_short text[] := '{}';
  v_paused text[];
  h record;
  v_kept_project uuid;
  v_kept_user text;
  v_kept_type text;
  v_exhausted text;
  v_told jsonb := '[]';
  v_is_complete boolean;
  v_system jsonb := jsonb_build_object('type', 'system', 'id', p_worker, 'name', 'Runboard');
BEGIN
  SELECT * INTO w FROM "Worker" WHERE id = p_worker AND "leaseUntil" > clock_timestamp() AND "stoppedAt" IS NULL AND "pausedReason" IS NULL;
  IF NOT FOUND THEN
    RETURN jsonb_build_object('claims', v_claims, 'events', v_events, 'skipped', 0);
  END IF;
  UPDATE "Task" SET "availableAt" = NULL WHERE id IN (
    SELECT id FROM "Task" WHERE status = 'QUEUED' AND "availableAt" IS NOT NULL AND "availableAt" <= clock_timestamp()
    ORDER BY "availableAt" LIMIT 500 FOR UPDATE SKIP LOCKED);

  SELECT least(jsonb_array_length(p_tickets), w."maxConcurrent" - count(*)::int) INTO v_free
    FROM "Session" WHERE "workerId" = p_worker AND status IN ('STARTING', 'RUNNING');
  IF v_free <= 0 THEN
    RETURN jsonb_build_object('claims', v_claims, 'events', v_events, 'skipped', 0);
  END IF;

  SELECT coalesce(array_agg(id), '{}') INTO v_projects FROM (
    SELECT l.id FROM "Stream" l WHERE l.id IN (
      SELECT x.id FROM "Project" x WHERE x."archivedAt" IS NULL AND EXISTS (
        SELECT 1 FROM "Task" q WHERE q."projectId" = x.id AND q.status = 'QUEUED' AND q."availableAt" IS NULL))
    ORDER BY l.id FOR UPDATE SKIP LOCKED) locked;
  SELECT count(*) - cardinality(v_projects) INTO v_skipped FROM "Project" x WHERE x."archivedAt" IS NULL AND EXISTS (
    SELECT 1 FROM "Task" q WHERE q."projectId" = x.id AND q.status = 'QUEUED' AND q."availableAt" IS NULL);

  -- Limits over all projects are exact only if one claim at a time counts them; without such limits nobody waits here.
  SELECT ("values"->>'maxConcurrentPerUser')::int, coalesce("values"->'maxConcurrentPerAgentType', '{}')
    INTO v_user_limit, v_type_limits FROM "Config" WHERE id = 1;
  IF v_user_limit IS NOT NULL OR v_type_limits <> '{}' THEN
    PERFORM pg_advisory_xact_lock(hashtext('runboard'), hashtext('claim'));
    v_full_users := ARRAY(SELECT "requestedBy" FROM "Session"
      WHERE status IN ('STARTING', 'RUNNING') AND "requestedBy" IS NOT NULL GROUP BY 1 HAVING count(*) >= v_user_limit);
    v_full_types := ARRAY(SELECT l.key FROM jsonb_each_text(v_type_limits) l
      WHERE (SELECT count(*) FROM "Session" WHERE status IN ('STARTING', 'RUNNING') AND agent = l.key) >= l.value::int);
  END IF;
  v_paused := ARRAY(SELECT agent FROM "AgentPause" WHERE until > clock_timestamp());

  SELECT * INTO h FROM first_in_line(v_projects, v_paused, v_type_limits);
  IF FOUND AND h.room > 0 THEN
    v_kept_project := h.project_id;
    IF NOT coalesce(h.requested_by = ANY (v_full_users), false) THEN
      v_kept_user := h.requested_by;
      IF h.type <> ALL (v_full_types) THEN
        v_kept_type := h.type;
        IF h.cpus <= coalesce(w.cpus, h.cpus) AND h.memory <= coalesce(w."memoryBytes", h.memory) AND h.disk <= coalesce(w."diskFreeBytes", h.disk) THEN
          SELECT * INTO m FROM missing_resource(p_worker, h.cpus, h.memory, h.disk);
          IF FOUND THEN
            v_short := array_remove(ARRAY[CASE WHEN h.cpus > 0 THEN 'cpu' END, CASE WHEN h.memory > 0 THEN 'memory' END, CASE WHEN h.disk > 0 THEN 'disk' END], NULL);
            v_exhausted := m.resource || ':' || h.id;
            IF w.exhausted IS DISTINCT FROM v_exhausted THEN
              v_told := exhausted_event(h.project_id, h.id, v_system, m.resource, m.used, m.total, m.session_ids,
                CASE m.resource WHEN 'cpu' THEN h.cpus WHEN 'memory' THEN h.memory ELSE h.disk END);
            END IF;
          ELSE
            -- It starts in the first pass.
            v_kept_project := NULL;
            v_kept_user := NULL;
            v_kept_type := NULL;
          END IF;
        END IF;
      END IF;
    END IF;
    IF v_kept_user IS NOT NULL AND v_user_limit <=
       (SELECT count(*) + 1 FROM "Session" WHERE status IN ('STARTING', 'RUNNING') AND "requestedBy" = v_kept_user) THEN
      v_full_users := v_full_users || v_kept_user;
    END IF;
    IF (v_type_limits->>v_kept_type)::int <= (SELECT count(*) + 1 FROM "Session" WHERE status IN ('STARTING', 'RUNNING') AND agent = v_kept_type) THEN
      v_full_types := v_full_types || v_kept_type;
    END IF;
  END IF;
  v_full_types := v_full_types || v_paused;

  LOOP
    v_is_complete := true;
    FOR c IN
      SELECT best.*, x.id AS project_id, x.key, x.settings, x."gitDir", x."repoUrl", x."baseBranch"
      FROM "Project" x
      CROSS JOIN LATERAL (
        SELECT coalesce((x.settings->>'maxConcurrentSessions')::int, 5) - count(*)::int - coalesce(x.id = v_kept_project, false)::int AS free
        FROM "Session" live WHERE live."projectId" = x.id AND live.status IN ('STARTING', 'RUNNING')
      ) room
      CROSS JOIN LATERAL (
        SELECT q.id, q."queueRank", q.type, q."requestedBy", asked.* FROM "Task" q
        CROSS JOIN LATERAL (SELECT
          coalesce((q.resources->>'cpus')::float8, (x.settings->>'sessionCpus')::float8, 0) AS cpus,
          coalesce((q.resources->>'memoryBytes')::bigint, (x.settings->>'sessionMemoryBytes')::bigint, 0) AS memory,
          coalesce((q.resources->>'diskBytes')::bigint, (x.settings->>'sessionDiskBytes')::bigint, 0) AS disk) asked
        WHERE q."projectId" = x.id AND q.status = 'QUEUED' AND q."availableAt" IS NULL
          AND (q."openDependencies" = 0 OR q."isForced")
          AND (x."autonomousExecutionEnabled" OR q."queuedBy" <> 'system')
          AND (q.type = 'cli' OR x."budgetHeldUntil" IS NULL OR x."budgetHeldUntil" <= clock_timestamp())
          AND NOT EXISTS (SELECT 1 FROM "Sandbox" b WHERE b."taskId" = q.id AND b."terminatedAt" IS NULL)
          AND q.type <> ALL (v_full_types)
          AND (q."requestedBy" IS NULL OR q."requestedBy" <> ALL (v_full_users))
          AND (asked.cpus = 0 OR (asked.cpus <= coalesce(w.cpus, asked.cpus) AND 'cpu' <> ALL (v_short)))
          AND (asked.memory = 0 OR (asked.memory <= coalesce(w."memoryBytes", asked.memory) AND 'memory' <> ALL (v_short)))
          AND (asked.disk = 0 OR (asked.disk <= coalesce(w."diskFreeBytes", asked.disk) AND 'disk' <> ALL (v_short)))
        ORDER BY q."queueRank", q.id
        LIMIT greatest(least(v_free - v_used, room.free), 0)
      ) best
      WHERE x.id = ANY (v_projects)
      ORDER BY best."queueRank", best.id
      LIMIT v_free - v_used
    LOOP
      IF c.type = ANY (v_full_types) OR c."requestedBy" = ANY (v_full_users)
         OR (c.cpus > 0 AND 'cpu' = ANY (v_short)) OR (c.memory > 0 AND 'memory' = ANY (v_short)) OR (c.disk > 0 AND 'disk' = ANY (v_short)) THEN
        v_is_complete := false;
        EXIT;
      END IF;
      IF c.cpus > 0 OR c.memory > 0 OR c.disk > 0 THEN
        SELECT * INTO m FROM missing_resource(p_worker, c.cpus, c.memory, c.disk);
        IF FOUND THEN
          v_is_complete := false;
          v_short := v_short || m.resource;
          IF v_exhausted IS NULL THEN
            v_exhausted := m.resource || ':' || c.id;
            IF w.exhausted IS DISTINCT FROM v_exhausted THEN
              v_told := exhausted_event(c.project_id, c.id, v_system, m.resource, m.used, m.total, m.session_ids,
                CASE m.resource WHEN 'cpu' THEN c.cpus WHEN 'memory' THEN c.memory ELSE c.disk END);
            END IF;
          END IF;
          EXIT;
        END IF;
      END IF;

      v_moved := move_task(p_task_moves, c.id, 'claim', 'RUNNING', v_system, 'CLAIMED', '{}');
      CONTINUE WHEN v_moved IS NULL;
      v_ticket := p_tickets->v_used;
      v_used := v_used + 1;
      SELECT * INTO t FROM "Task" WHERE id = c.id;
      v_branch := 'runboard/' || c.key || '-' || t.number || '/a' || t.attempts;
      INSERT INTO "Session" (id, "taskId", "projectId", attempt, generation, type, agent, "sandboxProvider", branch, "workerId", "leaseUntil", "heartbeatAt",
          "requestedBy", cpus, "memoryBytes", "diskBytes", "activeAt")
        VALUES ((v_ticket->>'sessionId')::uuid, t.id, t."projectId", t.attempts, t.generation, t."sessionType", t.type, 'process', v_branch, p_worker,
                clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0), clock_timestamp(),
                t."requestedBy", nullif(c.cpus, 0), nullif(c.memory, 0), nullif(c.disk, 0), clock_timestamp());
      INSERT INTO "Sandbox" (id, "sessionId", "taskId", provider, "hostId", "workerId", "tokenHash")
        VALUES ((v_ticket->>'sandboxId')::uuid, (v_ticket->>'sessionId')::uuid, t.id, 'process', w."hostId", p_worker, v_ticket->>'tokenHash');
      v_events := v_events || (v_moved->'events');
      v_claims := v_claims || jsonb_build_object(
        'sessionId', v_ticket->'sessionId', 'sandboxId', v_ticket->'sandboxId', 'taskId', t.id, 'projectId', t."projectId",
        'key', c.key || '-' || t.number, 'title', t.title, 'type', t.type, 'sessionType', t."sessionType", 'spec', t.spec, 'attempt', t.attempts, 'branch', v_branch,
        'failures', t.failures, 'losses', t.losses, 'maxAttempts', t."maxAttempts", 'timeoutSeconds', t."timeoutSeconds",
        'retryPolicy', t."retryPolicy", 'cpus', nullif(c.cpus, 0), 'memoryBytes', nullif(c.memory, 0), 'diskBytes', nullif(c.disk, 0),
        'gitDir', c."gitDir", 'repoUrl', c."repoUrl", 'baseBranch', c."baseBranch", 'settings', c.settings,
        'dependencyCommits', (SELECT coalesce(jsonb_agg(d."resultCommit" ORDER BY d.number), '[]') FROM "Dependency" e
          JOIN "Task" d ON d.id = e."dependsOnId" WHERE e."taskId" = t.id AND d."resultCommit" IS NOT NULL));
      IF v_user_limit IS NOT NULL AND v_user_limit <=
         (SELECT count(*) + coalesce(t."requestedBy" = v_kept_user, false)::int FROM "Session" WHERE status IN ('STARTING', 'RUNNING') AND "requestedBy" = t."requestedBy") THEN
        v_full_users := v_full_users || t."requestedBy";
      END IF;
      IF v_type_limits ? t.type AND (v_type_limits->>t.type)::int <=
         (SELECT count(*) + coalesce(t.type = v_kept_type, false)::int FROM "Session" WHERE status IN ('STARTING', 'RUNNING') AND agent = t.type) THEN
        v_full_types := v_full_types || t.type;
      END IF;
    END LOOP;
    EXIT WHEN v_is_complete OR v_used >= v_free;
  END LOOP;
  -- Who renews the lease has this row and may wait for a session settled in this very turn: it is not waited for here. What could not be
  -- noted is not told either, and both are done by the next turn.
  IF w.exhausted IS DISTINCT FROM v_exhausted THEN
    PERFORM 1 FROM "Worker" WHERE id = p_worker FOR NO KEY UPDATE SKIP LOCKED;
    IF FOUND THEN
      UPDATE "Worker" SET exhausted = v_exhausted WHERE id = p_worker;
      v_events := v_events || v_told;
    END IF;
  END IF;
  RETURN jsonb_build_object('claims', v_claims, 'events', v_events, 'skipped', v_skipped);
END $$;

ALTER FUNCTION claim SET enable_sort = off;

-- As before; the provider that really runs it is recorded.
CREATE OR REPLACE FUNCTION move_session(p_moves jsonb, p_session uuid, p_verb text, p_actor jsonb, p_reason text, p_set jsonb)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  s "Session";
  v_to text := p_moves->p_verb->'to'->>0;
BEGIN
  UPDATE "Session" SET
    status = v_to,
    reason = p_reason,
    message = coalesce(p_set->>'message', message),
    "exitCode" = coalesce((p_set->>'exitCode')::int, "exitCode"),
    "baseCommit" = coalesce(p_set->>'baseCommit', "baseCommit"),
    "resultCommit" = coalesce(p_set->>'resultCommit', "resultCommit"),
    "sandboxProvider" = coalesce(p_set->>'sandboxProvider', "sandboxProvider"),
    report = coalesce(p_set->'report', report),
    answer = coalesce(p_set->'answer', answer),
    "endedAt" = CASE WHEN v_to = 'RUNNING' THEN NULL ELSE clock_timestamp() END
  WHERE id = p_session AND (p_moves->p_verb->'from') ? status
  RETURNING * INTO s;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  RETURN jsonb_build_object('events', jsonb_build_array(
    CASE WHEN v_to = 'RUNNING'
      THEN event_of(s."projectId", 'SESSION_STARTED', 'session', p_session, p_actor,
             jsonb_build_object('taskId', s."taskId", 'attempt', s.attempt, 'baseCommit', s."baseCommit"))
      ELSE event_of(s."projectId", 'SESSION_ENDED', 'session', p_session, p_actor,
             jsonb_build_object('taskId', s."taskId", 'attempt', s.attempt, 'status', v_to, 'reason', p_reason,
                                'exitCode', s."exitCode", 'message', s.message))
    END));
END $$;

CREATE OR REPLACE FUNCTION record_started(p_session_moves jsonb, p_started jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  r jsonb;
  s "Session";
  v_moved jsonb;
  v_events jsonb := '[]';
  v_live jsonb := '[]';
BEGIN
  FOR r IN SELECT * FROM jsonb_array_elements(p_started) LOOP
    UPDATE "Sandbox" SET "bootId" = r->>'bootId', pid = (r->>'pid')::int, "startTime" = r->>'startTime', "spawnedAt" = clock_timestamp(),
        means = coalesce(r->'means', means), provider = coalesce(r->>'provider', provider)
      WHERE id = (r->>'sandboxId')::uuid;
    SELECT * INTO s FROM "Session" WHERE id = (r->>'sessionId')::uuid AND "workerId" = (r->>'workerId')::uuid;
    CONTINUE WHEN NOT FOUND;
    CONTINUE WHEN s.status NOT IN ('STARTING', 'RUNNING');
    v_live := v_live || to_jsonb(s.id);
    v_moved := move_session(p_session_moves, s.id, 'start', r->'actor', NULL, jsonb_strip_nulls(jsonb_build_object('baseCommit', r->'baseCommit', 'sandboxProvider', r->'provider')));
    IF v_moved IS NOT NULL THEN
      v_events := v_events || (v_moved->'events') || event_of(s."projectId", 'SANDBOX_SPAWNED', 'sandbox', (r->>'sandboxId')::uuid, r->'actor',
        jsonb_build_object('taskId', s."taskId", 'sessionId', s.id, 'pid', (r->>'pid')::int));
    END IF;
  END LOOP;
  RETURN jsonb_build_object('live', v_live, 'events', v_events);
END $$;
