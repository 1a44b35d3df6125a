-- The engine: what must be one round trip and one transaction. Legal moves are not written here: callers pass
-- lib/task/machine.ts and lib/session/machine.ts as jsonb ({ verb: { from: [...], to: [...] } }).
--
-- Locking: whoever writes in a project holds the lock of its "Stream" row first (several: in id order), so events get
-- dense numbers in commit order, limits are exact and two writers of one project cannot deadlock.

INSERT INTO "Config" (id, "values") VALUES (1, '{}') ON CONFLICT DO NOTHING;
INSERT INTO "Stream" (id) VALUES ('00000000-0000-0000-0000-000000000000') ON CONFLICT DO NOTHING;

ALTER TABLE "Task" ADD CONSTRAINT task_status CHECK (status IN
  ('DRAFT','APPROVED','QUEUED','RUNNING','VALIDATING','REVIEW','COMPLETED','FAILED','STALLED','CANCELLED'));
ALTER TABLE "Task" ADD CONSTRAINT task_open_dependencies CHECK ("openDependencies" >= 0);
ALTER TABLE "Session" ADD CONSTRAINT session_status CHECK (status IN
  ('STARTING','RUNNING','SUCCEEDED','FAILED','TIMED_OUT','STALLED','CANCELLED','LOST'));
ALTER TABLE "Dependency" ADD CONSTRAINT dependency_not_self CHECK ("taskId" <> "dependsOnId");

CREATE UNIQUE INDEX session_one_live_per_task ON "Session" ("taskId") WHERE status IN ('STARTING', 'RUNNING');
CREATE INDEX session_live_by_project ON "Session" ("projectId") WHERE status IN ('STARTING', 'RUNNING');
CREATE INDEX session_live_by_worker ON "Session" ("workerId") WHERE status IN ('STARTING', 'RUNNING');
CREATE INDEX sandbox_present_by_task ON "Sandbox" ("taskId") WHERE "terminatedAt" IS NULL;
CREATE INDEX sandbox_present_by_host ON "Sandbox" ("hostId") WHERE "terminatedAt" IS NULL;
CREATE INDEX task_claimable ON "Task" ("projectId", "queueRank", id) WHERE status = 'QUEUED' AND "availableAt" IS NULL;
CREATE INDEX task_queue ON "Task" ("queueRank", id) WHERE status = 'QUEUED' AND "availableAt" IS NULL;
CREATE INDEX task_recent ON "Task" ("projectId", status, "statusSince" DESC, id)
  WHERE status IN ('COMPLETED', 'FAILED', 'STALLED', 'CANCELLED');
CREATE INDEX task_delayed ON "Task" ("availableAt") WHERE status = 'QUEUED' AND "availableAt" IS NOT NULL;
CREATE INDEX task_promotable ON "Task" ("projectId", priority DESC, number) WHERE status = 'APPROVED' AND "openDependencies" = 0;
CREATE INDEX repository_check_open ON "RepositoryCheck" ("createdAt") WHERE "finishedAt" IS NULL;

ALTER TABLE "Stream" SET (fillfactor = 50);
ALTER TABLE "Task" SET (fillfactor = 80);
ALTER TABLE "Session" SET (fillfactor = 80);

-- Numbers events without gaps, in commit order (the counter's row stays locked until commit), and hints that they exist.
CREATE FUNCTION journal_append(p_events jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  v_stream record;
  v_last bigint;
BEGIN
  FOR v_stream IN
    SELECT (e->>'streamId')::uuid AS id, count(*) AS n FROM jsonb_array_elements(p_events) e GROUP BY 1 ORDER BY 1
  LOOP
    UPDATE "Stream" SET "lastSeq" = "lastSeq" + v_stream.n WHERE id = v_stream.id
      RETURNING "lastSeq" - v_stream.n INTO STRICT v_last;
    INSERT INTO "Event" ("streamId", seq, type, "entityType", "entityId", actor, payload, at)
      SELECT v_stream.id, v_last + row_number() OVER (ORDER BY o), e->>'type', e->>'entityType', (e->>'entityId')::uuid,
             e->'actor', coalesce(e->'payload', '{}'), clock_timestamp()
      FROM jsonb_array_elements(p_events) WITH ORDINALITY AS x(e, o)
      WHERE (e->>'streamId')::uuid = v_stream.id;
    PERFORM pg_notify('runboard_event', v_stream.id::text);
  END LOOP;
END $$;

-- Takes the locks of several projects, always in the same order. Ids come as an array: a planner that sees how few they are
-- goes to each by its key.
CREATE FUNCTION lock_streams(p_ids uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM "Stream" WHERE id = ANY (p_ids) ORDER BY id FOR UPDATE;
END $$;

CREATE FUNCTION event_of(p_stream uuid, p_type text, p_entity_type text, p_entity uuid, p_actor jsonb, p_payload jsonb)
RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object('streamId', p_stream, 'type', p_type, 'entityType', p_entity_type, 'entityId', p_entity,
                            'actor', p_actor, 'payload', p_payload)
$$;

-- The only writer of "Task".status: compare-and-set against the machine, counters of the dependents, events.
-- Returns { from, to, events, unblocked } or NULL when the move is not legal from the status found.
-- p_set: delayMs, isForced, failures, losses, lastError, feedback, result, resultBranch, resultCommit.
CREATE FUNCTION move_task(p_moves jsonb, p_task uuid, p_verb text, p_to text, p_actor jsonb, p_reason text, p_set jsonb)
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

-- The only writer of "Session".status. Returns { events } or NULL when the move is not legal.
-- p_set: message, exitCode, resultCommit, baseCommit, report, answer.
CREATE FUNCTION move_session(p_moves jsonb, p_session uuid, p_verb text, p_actor jsonb, p_reason text, p_set jsonb)
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

-- The tree of a sandbox is proven gone: the next attempt of its task may start.
CREATE FUNCTION end_sandbox(p_sandbox uuid, p_actor jsonb) RETURNS jsonb LANGUAGE sql AS $$
  WITH ended AS (
    UPDATE "Sandbox" SET "terminatedAt" = clock_timestamp() WHERE id = p_sandbox AND "terminatedAt" IS NULL
    RETURNING "sessionId", "taskId", (SELECT "projectId" FROM "Task" WHERE id = "taskId") AS "projectId"
  )
  SELECT coalesce(jsonb_agg(event_of("projectId", 'SANDBOX_TERMINATED', 'sandbox', p_sandbox, p_actor,
    jsonb_build_object('taskId', "taskId", 'sessionId', "sessionId"))), '[]') FROM ended
$$;

-- Takes results in: session ended, task moved, dependents released.
-- The caller holds the locks of the projects and has judged each report (lib/session/verdict.ts):
--   { sandboxId, taskId, workerId?, taskVerb, sessionVerb, reason, message?, exitCode?, delayMs?, failures?, losses?, result?,
--     resultCommit?, baseCommit?, terminated?, report?, actor }
-- Without taskVerb it only says that the sandbox's processes are gone, and which commit they left.
-- Answers each in order: { sandboxId, accepted, code?, answer? }.
CREATE FUNCTION settle(p_task_moves jsonb, p_session_moves jsonb, p_reports jsonb)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  r jsonb;
  s "Session";
  p "Project";
  v_ids uuid[];
  v_moved jsonb;
  v_to text;
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
    IF coalesce((r->>'terminated')::boolean, false) THEN
      v_events := v_events || end_sandbox((r->>'sandboxId')::uuid, r->'actor');
    END IF;
    IF NOT r ? 'taskVerb' THEN
      IF r->>'resultCommit' IS NOT NULL THEN
        UPDATE "Session" SET "resultCommit" = r->>'resultCommit' WHERE id = s.id;
        UPDATE "Task" SET "resultCommit" = r->>'resultCommit', "resultBranch" = s.branch
          WHERE id = s."taskId" AND attempts = s.attempt AND status IN ('COMPLETED', 'REVIEW') AND "resultCommit" IS NULL;
      END IF;
      v_answers := v_answers || jsonb_build_object('sandboxId', r->'sandboxId', 'accepted', true);
      CONTINUE;
    END IF;
    IF s.status NOT IN ('STARTING', 'RUNNING') OR (r ? 'workerId' AND s."workerId" <> (r->>'workerId')::uuid) THEN
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
    v_moved := move_task(p_task_moves, s."taskId", r->>'taskVerb', v_to, r->'actor', r->>'reason',
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

    IF v_is_returned THEN
      v_events := v_events || (move_task(p_task_moves, s."taskId", 'unqueue', 'APPROVED', v_system, 'AUTONOMOUS_OFF', '{}')->'events');
    END IF;
  END LOOP;
  RETURN jsonb_build_object('answers', v_answers, 'events', v_events);
END $$;

-- Queues, for the system, what is approved and unblocked in projects that act by themselves; at most p_limit tasks, and
-- never beyond maxQueueSize. Projects that somebody else is writing to are skipped for this turn.
CREATE FUNCTION promote(p_task_moves jsonb, p_limit int) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  v_id uuid;
  v_room int;
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
  SELECT least(p_limit, max - (SELECT count(*)::int FROM (SELECT 1 FROM "Task" WHERE status = 'QUEUED' LIMIT max) q)) INTO v_room
    FROM (SELECT coalesce(("values"->>'maxQueueSize')::int, 10000) AS max FROM "Config" WHERE id = 1) config;
  FOR v_id IN
    SELECT best.id FROM unnest(v_projects) AS x(id)
    JOIN "Project" p ON p.id = x.id AND p."autonomousExecutionEnabled"
    CROSS JOIN LATERAL (
      SELECT q.id FROM "Task" q WHERE q."projectId" = x.id AND q.status = 'APPROVED' AND q."openDependencies" = 0
      ORDER BY q.priority DESC, q.number LIMIT greatest(v_room, 0)
    ) best LIMIT greatest(v_room, 0)
  LOOP
    v_events := v_events || coalesce(move_task(p_task_moves, v_id, 'queue', 'QUEUED', v_system, 'AUTONOMOUS', '{}')->'events', '[]');
    v_promoted := v_promoted + 1;
  END LOOP;
  RETURN jsonb_build_object('events', v_events, 'promoted', v_promoted);
END $$;

-- Gives the free slots of a worker to the best queued tasks. Limits are counted here, under the projects' locks: projects
-- that somebody else is writing to are skipped for this turn. One ticket { sessionId, sandboxId, tokenHash } a claim.
CREATE FUNCTION claim(p_task_moves jsonb, p_worker uuid, p_tickets jsonb, p_lease_ms int)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  w "Worker";
  c record;
  t "Task";
  v_free int;
  v_ticket jsonb;
  v_used int := 0;
  v_moved jsonb;
  v_skipped int := 0;
  v_events jsonb := '[]';
  v_claims jsonb := '[]';
  v_projects uuid[] := '{}';
  v_branch text;
  v_system jsonb := jsonb_build_object('type', 'system', 'id', p_worker, 'name', 'Runboard');
BEGIN
  SELECT * INTO w FROM "Worker" WHERE id = p_worker AND "leaseUntil" > clock_timestamp();
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

  FOR c IN
    SELECT best.id, best."queueRank", x.id AS project_id, x.key, x.settings, x."gitDir", x."repoUrl", x."baseBranch"
    FROM "Project" x
    CROSS JOIN LATERAL (
      SELECT coalesce((x.settings->>'maxConcurrentSessions')::int, 5) - count(*)::int AS free
      FROM "Session" live WHERE live."projectId" = x.id AND live.status IN ('STARTING', 'RUNNING')
    ) room
    CROSS JOIN LATERAL (
      SELECT q.id, q."queueRank" FROM "Task" q
      WHERE q."projectId" = x.id AND q.status = 'QUEUED' AND q."availableAt" IS NULL
        AND (q."openDependencies" = 0 OR q."isForced")
        AND (x."autonomousExecutionEnabled" OR q."queuedBy" <> 'system')
        AND NOT EXISTS (SELECT 1 FROM "Sandbox" b WHERE b."taskId" = q.id AND b."terminatedAt" IS NULL)
      ORDER BY q."queueRank", q.id
      LIMIT greatest(least(v_free, room.free), 0)
    ) best
    WHERE x.id = ANY (v_projects)
    ORDER BY best."queueRank", best.id
    LIMIT v_free
  LOOP
    v_moved := move_task(p_task_moves, c.id, 'claim', 'RUNNING', v_system, 'CLAIMED', '{}');
    CONTINUE WHEN v_moved IS NULL;
    v_ticket := p_tickets->v_used;
    v_used := v_used + 1;
    SELECT * INTO t FROM "Task" WHERE id = c.id;
    v_branch := 'runboard/' || c.key || '-' || t.number || '/a' || t.attempts;
    INSERT INTO "Session" (id, "taskId", "projectId", attempt, generation, agent, "sandboxProvider", branch, "workerId", "leaseUntil", "heartbeatAt")
      VALUES ((v_ticket->>'sessionId')::uuid, t.id, t."projectId", t.attempts, t.generation, t.type, 'process', v_branch, p_worker,
              clock_timestamp() + make_interval(secs => p_lease_ms / 1000.0), clock_timestamp());
    INSERT INTO "Sandbox" (id, "sessionId", "taskId", provider, "hostId", "workerId", "tokenHash")
      VALUES ((v_ticket->>'sandboxId')::uuid, (v_ticket->>'sessionId')::uuid, t.id, 'process', w."hostId", p_worker, v_ticket->>'tokenHash');
    v_events := v_events || (v_moved->'events');
    v_claims := v_claims || jsonb_build_object(
      'sessionId', v_ticket->'sessionId', 'sandboxId', v_ticket->'sandboxId', 'taskId', t.id, 'projectId', t."projectId",
      'key', c.key || '-' || t.number, 'title', t.title, 'type', t.type, 'spec', t.spec, 'attempt', t.attempts, 'branch', v_branch,
      'failures', t.failures, 'losses', t.losses, 'maxAttempts', t."maxAttempts", 'timeoutSeconds', t."timeoutSeconds",
      'gitDir', c."gitDir", 'repoUrl', c."repoUrl", 'baseBranch', c."baseBranch", 'settings', c.settings,
      'dependencyCommits', (SELECT coalesce(jsonb_agg(d."resultCommit" ORDER BY d.number), '[]') FROM "Dependency" e
        JOIN "Task" d ON d.id = e."dependsOnId" WHERE e."taskId" = t.id AND d."resultCommit" IS NOT NULL));
  END LOOP;
  RETURN jsonb_build_object('claims', v_claims, 'events', v_events, 'skipped', v_skipped);
END $$;

-- Sessions whose processes run now: { sessionId, sandboxId, bootId, pid, startTime, baseCommit, actor }. Answers the ids that are
-- still live; the others were ended meanwhile and their processes have to go.
CREATE FUNCTION mark_started(p_session_moves jsonb, p_worker uuid, p_started jsonb) RETURNS uuid[] LANGUAGE plpgsql AS $$
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
    UPDATE "Sandbox" SET "bootId" = r->>'bootId', pid = (r->>'pid')::int, "startTime" = r->>'startTime', "spawnedAt" = clock_timestamp()
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

-- With few queued tasks at the time of the last ANALYZE the planner would rather sort them all; the order is in the index.
ALTER FUNCTION promote SET enable_sort = off;
ALTER FUNCTION claim SET enable_sort = off;

-- Output read from the sandboxes' files, for many sessions: { sessionId, offset, hex }. A piece that does not start where reading
-- had got to is left out, because somebody else has read it already. Answers how far each file is now read, by session id.
-- Locks sessions first, in id order, then their sandboxes.
CREATE FUNCTION append_output(p_chunks jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  c record;
  v_end bigint;
  v_read bigint;
  v_reads jsonb := '{}';
BEGIN
  FOR c IN
    SELECT (x->>'sessionId')::uuid AS id, (x->>'offset')::bigint AS start, decode(x->>'hex', 'hex') AS bytes
    FROM jsonb_array_elements(p_chunks) x ORDER BY 1, 2
  LOOP
    PERFORM 1 FROM "Session" WHERE id = c.id FOR NO KEY UPDATE;
    UPDATE "Sandbox" SET "readBytes" = c.start + length(c.bytes) WHERE "sessionId" = c.id AND "readBytes" = c.start;
    IF FOUND THEN
      UPDATE "Session" SET "logBytes" = "logBytes" + length(c.bytes) WHERE id = c.id RETURNING "logBytes" INTO v_end;
      INSERT INTO "LogChunk" ("sessionId", "offset", bytes) VALUES (c.id, v_end - length(c.bytes), c.bytes);
      PERFORM pg_notify('runboard_log', c.id::text);
    END IF;
    SELECT "readBytes" INTO v_read FROM "Sandbox" WHERE "sessionId" = c.id;
    IF FOUND THEN
      v_reads := v_reads || jsonb_build_object(c.id, v_read);
    END IF;
  END LOOP;
  RETURN v_reads;
END $$;

-- One turn of an orchestrator in one round trip: lock, settle, promote, claim, write the journal. p_worker NULL: settle only.
CREATE FUNCTION step(p_task_moves jsonb, p_session_moves jsonb, p_reports jsonb, p_worker uuid, p_tickets jsonb, p_lease_ms int)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  v_settled jsonb := '{"answers": [], "events": []}';
  v_promoted jsonb := '{"events": [], "promoted": 0}';
  v_claimed jsonb := '{"claims": [], "events": [], "skipped": 0}';
  v_events jsonb;
  v_promotions_max int := 200;
  v_task_ids uuid[] := ARRAY(SELECT (r->>'taskId')::uuid FROM jsonb_array_elements(p_reports) r);
BEGIN
  IF jsonb_array_length(p_reports) > 0 THEN
    PERFORM lock_streams(ARRAY(SELECT "projectId" FROM "Task" WHERE id = ANY (v_task_ids)));
    v_settled := settle(p_task_moves, p_session_moves, p_reports);
  END IF;
  IF p_worker IS NOT NULL THEN
    v_promoted := promote(p_task_moves, v_promotions_max);
    v_claimed := claim(p_task_moves, p_worker, p_tickets, p_lease_ms);
  END IF;
  v_events := (v_settled->'events') || (v_promoted->'events') || (v_claimed->'events');
  IF jsonb_array_length(v_events) > 0 THEN
    PERFORM journal_append(v_events);
    IF jsonb_array_length(v_settled->'answers') > 0 OR (v_promoted->>'promoted')::int > 0 THEN
      PERFORM pg_notify('runboard_work', coalesce(p_worker::text, ''));
    END IF;
  END IF;
  RETURN jsonb_build_object('answers', v_settled->'answers', 'claims', v_claimed->'claims',
    'hasQuestions', EXISTS (SELECT 1 FROM "RepositoryCheck" WHERE "finishedAt" IS NULL),
    'isUnfinished', (v_claimed->>'skipped')::int > 0 OR (v_promoted->>'promoted')::int >= v_promotions_max);
END $$;
