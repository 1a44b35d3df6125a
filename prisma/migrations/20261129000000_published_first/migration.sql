-- Nothing builds on a result before it is published; results that are published late are kept; no more is begun than people can
-- review; a URL project's sessions run where its results are. The functions are those before, with what is new.

-- AlterTable
ALTER TABLE "Project" ADD COLUMN     "hostId" UUID;

CREATE INDEX task_in_review ON "Task" ("projectId") WHERE status = 'REVIEW';

-- Tasks that wait for one which has reported its success itself and whose work is not published yet: they would begin without it. Written
-- so that there is one way to carry it out: from the sandboxes that are there, which are few.
CREATE FUNCTION waiting_for_results() RETURNS uuid[] LANGUAGE sql STABLE AS $$
  SELECT coalesce(array_agg(e."taskId"), '{}') FROM "Dependency" e WHERE e."dependsOnId" = ANY (ARRAY(
    SELECT b."taskId" FROM "Sandbox" b WHERE b."terminatedAt" IS NULL
      AND (SELECT d.status = 'COMPLETED' AND d."resultCommit" IS NULL FROM "Task" d WHERE d.id = b."taskId")))
$$;

-- How many more sessions a project may run: by its limit, and by how much people have to review already.
CREATE FUNCTION project_room(p_project uuid, p_settings jsonb) RETURNS int LANGUAGE sql STABLE AS $$
  SELECT least(coalesce((p_settings->>'maxConcurrentSessions')::int, 5),
      CASE WHEN (p_settings->>'requireReview')::boolean THEN (p_settings->>'maxInReview')::int
        - (SELECT count(*)::int FROM "Task" r WHERE r."projectId" = p_project AND r.status = 'REVIEW') END)
    - count(*)::int FROM "Session" live WHERE live."projectId" = p_project AND live.status IN ('STARTING', 'RUNNING')
$$;

-- The commits of a URL project's sessions lie in the copy of the machine that ran them. So one machine runs them all, the one that began,
-- until it has had no orchestrator for ten minutes; another one then does without what was built there.
CREATE FUNCTION is_at_home(p_project "Project", p_host uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT p_project."repoUrl" IS NULL OR p_project."hostId" IS NULL OR p_project."hostId" = p_host OR NOT EXISTS (
    SELECT 1 FROM "Worker" o WHERE o."hostId" = p_project."hostId" AND o."leaseUntil" > clock_timestamp() - interval '10 minutes')
$$;

-- A commit that arrives late is the task's result only if its session succeeded, in the task's present generation.
CREATE FUNCTION record_late_commit(s "Session", p_commit text) RETURNS void LANGUAGE sql AS $$
  UPDATE "Session" SET "resultCommit" = p_commit WHERE id = s.id AND p_commit IS NOT NULL;
  UPDATE "Task" SET "resultCommit" = p_commit, "resultBranch" = s.branch
    WHERE p_commit IS NOT NULL AND id = s."taskId" AND attempts = s.attempt AND generation = s.generation AND s.status = 'SUCCEEDED'
      AND status IN ('COMPLETED', 'REVIEW') AND "resultCommit" IS NULL;
$$;

-- What is queued and waits for others again cannot start: its waiting counts anew from when it can.
CREATE OR REPLACE FUNCTION keep_waiting_since() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status IN ('APPROVED', 'QUEUED') AND (NEW."openDependencies" = 0 OR (NEW.status = 'QUEUED' AND NEW."isForced")) THEN
    IF TG_OP = 'INSERT' OR OLD."waitingSince" IS NULL OR OLD.status <> NEW.status THEN
      NEW."waitingSince" := greatest(NEW."availableAt", clock_timestamp());
      NEW."monitoredAt" := NULL;
    END IF;
  ELSE
    NEW."waitingSince" := NULL;
    NEW."monitoredAt" := NULL;
  END IF;
  RETURN NEW;
END $$;
UPDATE "Task" SET "openDependencies" = "openDependencies" WHERE status = 'QUEUED' AND "openDependencies" > 0 AND NOT "isForced";

-- Takes results in, as before: session ended, task moved, dependents released. The caller holds the locks of the projects and has judged
-- each report (lib/session/retry.ts):
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
      PERFORM record_late_commit(s, r->>'resultCommit');
      v_answers := v_answers || jsonb_build_object('sandboxId', r->'sandboxId', 'accepted', true);
      CONTINUE;
    END IF;
    IF v_is_stale THEN
      -- It reported its success itself and was gone before it was let go of: its work is what has just been published.
      IF NOT v_is_live AND s."workerId" = (r->>'workerId')::uuid THEN
        PERFORM record_late_commit(s, r->>'resultCommit');
      END IF;
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

-- As before. OFFSET 0: asked project by project, by one probe of an index. As a join it is, by what the statistics happen to say, now and
-- then carried out by reading everything that waits.
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
        SELECT 1 FROM "Task" q WHERE q."projectId" = x.id AND q.status = 'APPROVED' AND q."openDependencies" = 0 OFFSET 0))
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

CREATE OR REPLACE FUNCTION first_in_line(p_projects uuid[], p_paused text[], p_type_limits jsonb)
RETURNS TABLE (id uuid, project_id uuid, type text, requested_by text, cpus float8, memory bigint, disk bigint, room int)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_waiting uuid[] := waiting_for_results();
BEGIN
  RETURN QUERY
  SELECT best.id, x.id, best.type, best."requestedBy", best.cpus, best.memory, best.disk,
      project_room(x.id, x.settings)
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
        AND q.id <> ALL (v_waiting)
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
  v_waiting uuid[] := waiting_for_results();
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
  -- Under their locks: of two machines one sees what the other wrote.
  v_projects := ARRAY(SELECT x.id FROM "Project" x WHERE x.id = ANY (v_projects) AND is_at_home(x, w."hostId"));

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
        SELECT project_room(x.id, x.settings) - coalesce(x.id = v_kept_project, false)::int AS free
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
          AND q.id <> ALL (v_waiting)
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
      IF c."repoUrl" IS NOT NULL THEN
        UPDATE "Project" SET "hostId" = w."hostId" WHERE "Project".id = c.project_id AND "Project"."hostId" IS DISTINCT FROM w."hostId";
      END IF;
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
