-- Execution that survives anything: limits per user and type of agent, resources, pauses of providers, what the monitor and
-- retention need. The functions replaced here are those of the engine's migration with what is new.

-- AlterTable
ALTER TABLE "Project" ADD COLUMN     "monitorCheckedAt" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "Sandbox" ADD COLUMN     "means" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "removedAt" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "Session" ADD COLUMN     "activeAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
ADD COLUMN     "cpus" DOUBLE PRECISION,
ADD COLUMN     "diskBytes" BIGINT,
ADD COLUMN     "droppedBytes" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "memoryBytes" BIGINT,
ADD COLUMN     "monitoredAt" TIMESTAMPTZ(3),
ADD COLUMN     "requestedBy" TEXT;

-- AlterTable
ALTER TABLE "Stream" ADD COLUMN     "firstSeq" BIGINT NOT NULL DEFAULT 1;

-- AlterTable
ALTER TABLE "Task" ADD COLUMN     "monitoredAt" TIMESTAMPTZ(3),
ADD COLUMN     "requestedBy" TEXT,
ADD COLUMN     "resources" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "retryPolicy" JSONB,
ADD COLUMN     "waitingSince" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "Worker" ADD COLUMN     "cpus" DOUBLE PRECISION,
ADD COLUMN     "diskFreeBytes" BIGINT,
ADD COLUMN     "exhausted" TEXT,
ADD COLUMN     "isGuarded" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "memoryBytes" BIGINT,
ADD COLUMN     "pausedReason" TEXT;

-- CreateTable
CREATE TABLE "AgentPause" (
    "agent" TEXT NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,
    "reason" TEXT NOT NULL,

    CONSTRAINT "AgentPause_pkey" PRIMARY KEY ("agent")
);

CREATE INDEX session_live_by_agent ON "Session" (agent) WHERE status IN ('STARTING', 'RUNNING');
CREATE INDEX session_live_by_user ON "Session" ("requestedBy") WHERE status IN ('STARTING', 'RUNNING');
CREATE INDEX sandbox_present_by_worker ON "Sandbox" ("workerId") WHERE "terminatedAt" IS NULL;
CREATE INDEX sandbox_directory_kept ON "Sandbox" ("hostId", "terminatedAt") WHERE "terminatedAt" IS NOT NULL AND "removedAt" IS NULL;
CREATE INDEX task_waiting ON "Task" ("projectId", "waitingSince") WHERE "waitingSince" IS NOT NULL AND "monitoredAt" IS NULL;

-- Directories of sessions that ended before this version went with their end.
UPDATE "Sandbox" SET "removedAt" = "terminatedAt" WHERE "terminatedAt" IS NOT NULL;

-- Since when a task could start, whoever made it so: the move, an edge, the completion of a dependency. A delayed retry waits from
-- its due time on. A new episode of waiting is open to the monitor again.
CREATE FUNCTION keep_waiting_since() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status = 'QUEUED' OR (NEW.status = 'APPROVED' AND NEW."openDependencies" = 0) THEN
    IF TG_OP = 'INSERT' OR OLD."waitingSince" IS NULL OR OLD.status <> NEW.status THEN
      NEW."waitingSince" := coalesce(NEW."availableAt", clock_timestamp());
      NEW."monitoredAt" := NULL;
    END IF;
  ELSE
    NEW."waitingSince" := NULL;
    NEW."monitoredAt" := NULL;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER task_waiting_since BEFORE INSERT OR UPDATE OF status, "openDependencies" ON "Task"
  FOR EACH ROW EXECUTE FUNCTION keep_waiting_since();
UPDATE "Task" SET "waitingSince" = coalesce("availableAt", "statusSince")
  WHERE status = 'QUEUED' OR (status = 'APPROVED' AND "openDependencies" = 0);

-- The only writer of "Task".status: compare-and-set against the machine, counters of the dependents, events.
-- Returns { from, to, events, unblocked } or NULL when the move is not legal from the status found.
-- p_set: delayMs, isForced, failures, losses, lastError, feedback, result, resultBranch, resultCommit.
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

-- A provider asked to wait: no task of this type of agent starts before. A later time wins over an earlier one.
CREATE FUNCTION pause_agent(p_agent text, p_until timestamptz, p_reason text, p_stream uuid, p_actor jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "AgentPause" AS known (agent, until, reason) VALUES (p_agent, p_until, p_reason)
    ON CONFLICT (agent) DO UPDATE SET until = excluded.until, reason = excluded.reason WHERE excluded.until > known.until;
  IF NOT FOUND THEN
    RETURN '[]';
  END IF;
  RETURN jsonb_build_array(event_of(p_stream, 'AGENT_PAUSED', 'project', p_stream, p_actor, jsonb_build_object(
    'agent', p_agent, 'reason', p_reason, 'until', to_char(p_until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))));
END $$;

-- A commit that arrives late is the task's result only if its session succeeded, in the task's present generation.
-- Takes results in: session ended, task moved, dependents released.
-- The caller holds the locks of the projects and has judged each report (lib/session/retry.ts):
--   { sandboxId, taskId, workerId?, taskVerb, sessionVerb, reason, message?, exitCode?, delayMs?, failures?, losses?, result?,
--     resultCommit?, baseCommit?, terminated?, report?, actor, taskReason?, pauseMs? }
-- taskReason: what the task is told where it differs from the session's reason. pauseMs: so long, from now on this clock, the provider
-- of this type of agent asked to wait, so no task of the type starts before.
-- Without taskVerb it only says that the sandbox's processes are gone, and which commit they left.
-- Answers each in order: { sandboxId, accepted, code?, answer? }.
CREATE OR REPLACE FUNCTION settle(p_task_moves jsonb, p_session_moves jsonb, p_reports jsonb)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  r jsonb;
  s "Session";
  p "Project";
  v_ids uuid[];
  v_moved jsonb;
  v_to text;
  v_is_live boolean;
  v_is_stale boolean;
  v_is_returned boolean;
  v_answer jsonb;
  v_answers jsonb := '[]';
  v_events jsonb := '[]';
  v_system jsonb := '{"type": "system", "id": "orchestrator", "name": "Runboard"}';
BEGIN
  -- Sessions before sandboxes and in id order, as append_output does without the project's lock.
  v_ids := ARRAY(SELECT (e->>'sandboxId')::uuid FROM jsonb_array_elements(p_reports) e);
  v_ids := ARRAY(SELECT "sessionId" FROM "Sandbox" WHERE id = ANY (v_ids));
  PERFORM 1 FROM "Session" WHERE id = ANY (v_ids) ORDER BY id FOR UPDATE;
  FOR r IN SELECT * FROM jsonb_array_elements(p_reports) LOOP
    SELECT x.* INTO s FROM "Session" x JOIN "Sandbox" b ON b."sessionId" = x.id
      WHERE b.id = (r->>'sandboxId')::uuid FOR UPDATE OF x;
    IF NOT FOUND OR s."taskId" <> (r->>'taskId')::uuid THEN
      v_answers := v_answers || jsonb_build_object('sandboxId', r->'sandboxId', 'accepted', false, 'code', 'STALE_ATTEMPT');
      CONTINUE;
    END IF;
    v_is_live := s.status IN ('STARTING', 'RUNNING');
    v_is_stale := NOT v_is_live OR (r ? 'workerId' AND s."workerId" IS DISTINCT FROM (r->>'workerId')::uuid);
    -- The fence of a live session ends only with the report that ends the session: who else holds it finds it by its sandbox.
    IF coalesce((r->>'terminated')::boolean, false) AND NOT (v_is_live AND (v_is_stale OR NOT r ? 'taskVerb')) THEN
      v_events := v_events || end_sandbox((r->>'sandboxId')::uuid, r->'actor');
    END IF;
    IF NOT r ? 'taskVerb' THEN
      IF r->>'resultCommit' IS NOT NULL THEN
        UPDATE "Session" SET "resultCommit" = r->>'resultCommit' WHERE id = s.id;
        UPDATE "Task" SET "resultCommit" = r->>'resultCommit', "resultBranch" = s.branch
          WHERE id = s."taskId" AND attempts = s.attempt AND generation = s.generation AND s.status = 'SUCCEEDED'
            AND status IN ('COMPLETED', 'REVIEW') AND "resultCommit" IS NULL;
      END IF;
      v_answers := v_answers || jsonb_build_object('sandboxId', r->'sandboxId', 'accepted', true);
      CONTINUE;
    END IF;
    IF v_is_stale THEN
      IF s.report IS NOT NULL AND s.report = r->'report' THEN
        v_answers := v_answers || jsonb_build_object('sandboxId', r->'sandboxId', 'accepted', true, 'answer', s.answer);
      ELSE
        v_answers := v_answers || jsonb_build_object('sandboxId', r->'sandboxId', 'accepted', false, 'code', 'STALE_ATTEMPT');
      END IF;
      CONTINUE;
    END IF;

    SELECT * INTO p FROM "Project" WHERE id = s."projectId";
    v_to := CASE r->>'taskVerb'
      WHEN 'succeed' THEN CASE WHEN coalesce((p.settings->>'requireReview')::boolean, false) THEN 'REVIEW' ELSE 'COMPLETED' END
      WHEN 'retry' THEN 'QUEUED'
      ELSE 'FAILED' END;
    v_moved := move_task(p_task_moves, s."taskId", r->>'taskVerb', v_to, r->'actor', coalesce(r->>'taskReason', r->>'reason'),
      jsonb_strip_nulls(jsonb_build_object(
        'delayMs', CASE WHEN v_to = 'QUEUED' THEN r->'delayMs' END, 'failures', r->'failures', 'losses', r->'losses',
        'lastError', CASE WHEN r->>'taskVerb' <> 'succeed' THEN r->'message' END,
        -- Only what succeeded is built upon; the commit of a failed attempt stands in its session.
        'resultCommit', CASE WHEN r->>'taskVerb' = 'succeed' THEN r->'resultCommit' END,
        'resultBranch', CASE WHEN r->>'taskVerb' = 'succeed' AND r->>'resultCommit' IS NOT NULL THEN to_jsonb(s.branch) END))
      -- What was said is kept as it was said, its nulls too: a repeated report is known by being equal.
      || CASE WHEN r ? 'result' THEN jsonb_build_object('result', r->'result') ELSE '{}' END);
    IF v_moved IS NULL THEN
      RAISE EXCEPTION 'session % is live but its task % cannot %', s.id, s."taskId", r->>'taskVerb';
    END IF;
    v_is_returned := NOT p."autonomousExecutionEnabled" AND v_to = 'QUEUED' AND (SELECT "queuedBy" FROM "Task" WHERE id = s."taskId") = 'system';
    v_answer := jsonb_build_object('status', 'accepted', 'taskId', s."taskId",
      'newStatus', CASE WHEN v_is_returned THEN 'APPROVED' ELSE v_to END, 'unblockedTasks', v_moved->'unblocked');
    v_events := v_events
      || (move_session(p_session_moves, s.id, r->>'sessionVerb', r->'actor', r->>'reason', jsonb_strip_nulls(jsonb_build_object(
            'message', r->'message', 'exitCode', r->'exitCode', 'resultCommit', r->'resultCommit', 'baseCommit', r->'baseCommit',
            'answer', v_answer)) || CASE WHEN r ? 'report' THEN jsonb_build_object('report', r->'report') ELSE '{}' END)->'events')
      || (v_moved->'events');
    v_answers := v_answers || jsonb_build_object('sandboxId', r->'sandboxId', 'accepted', true, 'answer', v_answer);
    IF r ? 'pauseMs' THEN
      v_events := v_events || pause_agent(s.agent,
        date_trunc('milliseconds', clock_timestamp() + make_interval(secs => (r->>'pauseMs')::double precision / 1000)), r->>'reason', s."projectId", r->'actor');
    END IF;

    IF v_is_returned THEN
      v_events := v_events || (move_task(p_task_moves, s."taskId", 'unqueue', 'APPROVED', v_system, 'AUTONOMOUS_OFF', '{}')->'events');
    END IF;
  END LOOP;
  RETURN jsonb_build_object('answers', v_answers, 'events', v_events);
END $$;

-- The best of each priority by one index probe.
DROP INDEX task_promotable;
CREATE INDEX task_promotable ON "Task" ("projectId", priority, "waitingSince", id) WHERE status = 'APPROVED' AND "openDependencies" = 0;

-- The limit of the queue and how many are in it (retries that wait for their time do not count), to be relied on until this transaction
-- ends: whoever lets tasks in counts alone. The caller holds the project's lock, and waits for no project and no session afterwards.
CREATE FUNCTION count_queue(p_default int) RETURNS TABLE ("limit" int, queued int) LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('runboard'), hashtext('queue'));
  RETURN QUERY SELECT c.max,
      (SELECT count(*)::int FROM (SELECT 1 FROM "Task" WHERE status = 'QUEUED' AND "availableAt" IS NULL LIMIT c.max) q)
    FROM (SELECT coalesce(("values"->>'maxQueueSize')::int, p_default) AS max FROM "Config" WHERE id = 1) c;
END $$;

-- Queues, for the system, what is approved and unblocked in projects that act by themselves; at most p_limit tasks, and
-- never beyond maxQueueSize (retries that wait for their time do not count, as for people). Projects that somebody else is writing to are
-- skipped for this turn, and so is all of it while somebody else lets tasks into the queue: its limit over all projects is exact because
-- whoever does holds one lock from the counting to the commit. People wait for it (count_queue), turns do not.
-- Where the queue has no room for all, waiting counts as it does in the queue: time since it could start − priority × ageing, over
-- all projects, so nobody is kept out for ever.
CREATE OR REPLACE FUNCTION promote(p_task_moves jsonb, p_limit int) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  v_id uuid;
  v_room int;
  v_ageing double precision;
  v_events jsonb := '[]';
  v_promoted int := 0;
  v_projects uuid[];
  v_system jsonb := '{"type": "system", "id": "orchestrator", "name": "Runboard"}';
BEGIN
  SELECT coalesce(array_agg(id), '{}') INTO v_projects FROM (
    SELECT l.id FROM "Stream" l WHERE l.id IN (
      SELECT x.id FROM "Project" x WHERE x."autonomousExecutionEnabled" AND x."archivedAt" IS NULL AND EXISTS (
        SELECT 1 FROM "Task" q WHERE q."projectId" = x.id AND q.status = 'APPROVED' AND q."openDependencies" = 0))
    ORDER BY l.id FOR UPDATE SKIP LOCKED) locked;
  IF cardinality(v_projects) = 0 THEN
    RETURN jsonb_build_object('events', v_events, 'promoted', 0);
  END IF;
  IF NOT pg_try_advisory_xact_lock(hashtext('runboard'), hashtext('queue')) THEN
    RETURN jsonb_build_object('events', v_events, 'promoted', 0);
  END IF;
  SELECT least(p_limit, max - (SELECT count(*)::int FROM (SELECT 1 FROM "Task" WHERE status = 'QUEUED' AND "availableAt" IS NULL LIMIT max) q)) INTO v_room
    FROM (SELECT coalesce(("values"->>'maxQueueSize')::int, 10000) AS max FROM "Config" WHERE id = 1) config;
  SELECT coalesce(("values"->>'priorityAgeingSeconds')::double precision, 300) INTO v_ageing FROM "Config" WHERE id = 1;
  FOR v_id IN
    SELECT best.id FROM unnest(v_projects) AS x(id)
    JOIN "Project" p ON p.id = x.id AND p."autonomousExecutionEnabled"
    CROSS JOIN generate_series(0, 5) AS level(priority)
    CROSS JOIN LATERAL (
      SELECT q.id, extract(epoch FROM q."waitingSince") - q.priority * v_ageing AS rank FROM "Task" q
      WHERE q."projectId" = x.id AND q.status = 'APPROVED' AND q."openDependencies" = 0 AND q.priority = level.priority
      ORDER BY q."waitingSince", q.id LIMIT greatest(v_room, 0)
    ) best ORDER BY best.rank, best.id LIMIT greatest(v_room, 0)
  LOOP
    v_events := v_events || coalesce(move_task(p_task_moves, v_id, 'queue', 'QUEUED', v_system, 'AUTONOMOUS', '{}')->'events', '[]');
    v_promoted := v_promoted + 1;
  END LOOP;
  RETURN jsonb_build_object('events', v_events, 'promoted', v_promoted);
END $$;
ALTER FUNCTION promote SET enable_sort = off;

-- Which of the resources asked for do not fit beside what is allocated now; the first of cpu, memory, disk, or NULL.
-- An allocation is a sandbox whose processes are not proven gone: nothing else holds one, so no crash can leak one.
CREATE FUNCTION missing_resource(p_worker uuid, p_cpus double precision, p_memory bigint, p_disk bigint)
RETURNS TABLE (resource text, used double precision, total double precision, session_ids jsonb) LANGUAGE sql STABLE AS $$
  WITH allocated AS (
    SELECT coalesce(sum(s.cpus), 0) AS cpus, coalesce(sum(s."memoryBytes"), 0) AS memory, coalesce(sum(s."diskBytes"), 0) AS disk,
           coalesce(jsonb_agg(s.id) FILTER (WHERE s.cpus IS NOT NULL OR s."memoryBytes" IS NOT NULL OR s."diskBytes" IS NOT NULL), '[]') AS ids
    FROM "Sandbox" b JOIN "Session" s ON s.id = b."sessionId" WHERE b."workerId" = p_worker AND b."terminatedAt" IS NULL
  )
  SELECT x.name, x.used, x.total, a.ids FROM "Worker" w, allocated a, LATERAL (VALUES
    (1, 'cpu', p_cpus, a.cpus, w.cpus),
    (2, 'memory', p_memory::float8, a.memory::float8, w."memoryBytes"::float8),
    -- What sessions have written is gone from the free space already: only what they may still write is not, and that is not known.
    (3, 'disk', p_disk::float8, a.disk::float8, w."diskFreeBytes"::float8)) x(place, name, asked, used, total)
  WHERE w.id = p_worker AND x.asked > 0 AND x.total IS NOT NULL AND x.used + x.asked > x.total
  ORDER BY x.place LIMIT 1
$$;

CREATE FUNCTION exhausted_event(p_project uuid, p_task uuid, p_actor jsonb, p_resource text, p_used double precision,
  p_total double precision, p_session_ids jsonb, p_asked double precision) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT event_of(p_project, 'RESOURCE_EXHAUSTED', 'task', p_task, p_actor, jsonb_build_object('resource', p_resource, 'usage', p_used,
    'limit', p_total, 'sessionIds', p_session_ids, 'taskId', p_task, 'asked', p_asked))
$$;

-- Who is first in line: of the tasks that some orchestrator could run, were nothing else running, the first in the order; and how many
-- more its project may run. What is paused, or asks for more than any orchestrator has, is not in line.
CREATE FUNCTION first_in_line(p_projects uuid[], p_paused text[], p_type_limits jsonb)
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

-- Gives the free slots of a worker to the best queued tasks. Limits are counted here, under the projects' locks: projects
-- that somebody else is writing to are skipped for this turn. One ticket { sessionId, sandboxId, tokenHash } a claim.
--
-- One order for all (queueRank, id). A task is passed over only for what it cannot change: its project, its user or its type of
-- agent is at its limit, or its type is paused. Where a resource is short, nothing behind it that asks for the same resource is
-- let past, so a big task is not starved by small ones; one that asks for more than this worker has at all holds up nobody.
-- Who is first in line and cannot start yet keeps what is free of what it needs, in one order: a place of its project, of its user, of
-- its type, and then, once it has those, all the resources it asks for. So it starts at latest when what runs now has ended, whichever
-- of them it waits for: nothing that starts behind it can hold any of them (docs/decisions/0015).
-- What fills up while slots are given out ends the pass, and the next one looks without it: what is behind in one project may be
-- before the rest of another. At most one pass per limit and resource.
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
      INSERT INTO "Session" (id, "taskId", "projectId", attempt, generation, agent, "sandboxProvider", branch, "workerId", "leaseUntil", "heartbeatAt",
          "requestedBy", cpus, "memoryBytes", "diskBytes", "activeAt")
        VALUES ((v_ticket->>'sessionId')::uuid, t.id, t."projectId", t.attempts, t.generation, t.type, 'process', v_branch, p_worker,
                clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0), clock_timestamp(),
                t."requestedBy", nullif(c.cpus, 0), nullif(c.memory, 0), nullif(c.disk, 0), clock_timestamp());
      INSERT INTO "Sandbox" (id, "sessionId", "taskId", provider, "hostId", "workerId", "tokenHash")
        VALUES ((v_ticket->>'sandboxId')::uuid, (v_ticket->>'sessionId')::uuid, t.id, 'process', w."hostId", p_worker, v_ticket->>'tokenHash');
      v_events := v_events || (v_moved->'events');
      v_claims := v_claims || jsonb_build_object(
        'sessionId', v_ticket->'sessionId', 'sandboxId', v_ticket->'sandboxId', 'taskId', t.id, 'projectId', t."projectId",
        'key', c.key || '-' || t.number, 'title', t.title, 'type', t.type, 'spec', t.spec, 'attempt', t.attempts, 'branch', v_branch,
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

-- Sessions whose processes run now: { sessionId, sandboxId, bootId, pid, startTime, baseCommit, means?, actor }. Answers the ids that are
-- still live; the others were ended meanwhile and their processes have to go.
CREATE OR REPLACE FUNCTION mark_started(p_session_moves jsonb, p_worker uuid, p_started jsonb) RETURNS uuid[] LANGUAGE plpgsql AS $$
DECLARE
  r jsonb;
  s "Session";
  v_moved jsonb;
  v_events jsonb := '[]';
  v_live uuid[] := '{}';
  v_ids uuid[] := ARRAY(SELECT (e->>'sessionId')::uuid FROM jsonb_array_elements(p_started) e);
BEGIN
  PERFORM lock_streams(ARRAY(SELECT "projectId" FROM "Session" WHERE id = ANY (v_ids)));
  PERFORM 1 FROM "Session" WHERE id = ANY (v_ids) ORDER BY id FOR UPDATE;
  FOR r IN SELECT * FROM jsonb_array_elements(p_started) LOOP
    UPDATE "Sandbox" SET "bootId" = r->>'bootId', pid = (r->>'pid')::int, "startTime" = r->>'startTime', "spawnedAt" = clock_timestamp(),
        means = coalesce(r->'means', means)
      WHERE id = (r->>'sandboxId')::uuid;
    SELECT * INTO s FROM "Session" WHERE id = (r->>'sessionId')::uuid AND "workerId" = p_worker;
    CONTINUE WHEN NOT FOUND;
    CONTINUE WHEN s.status NOT IN ('STARTING', 'RUNNING');
    v_live := v_live || s.id;
    v_moved := move_session(p_session_moves, s.id, 'start', r->'actor', NULL, jsonb_strip_nulls(jsonb_build_object('baseCommit', r->'baseCommit')));
    IF v_moved IS NOT NULL THEN
      v_events := v_events || (v_moved->'events') || event_of(s."projectId", 'SANDBOX_SPAWNED', 'sandbox', (r->>'sandboxId')::uuid, r->'actor',
        jsonb_build_object('taskId', s."taskId", 'sessionId', s.id, 'pid', (r->>'pid')::int));
    END IF;
  END LOOP;
  PERFORM journal_append(v_events);
  RETURN v_live;
END $$;
