-- Sessions that have started are recorded by the turn that settles, promotes and claims. In a transaction of their own they waited for the
-- project's lock that the turn held, and the turn passed over projects whose lock they held.

DROP FUNCTION step(jsonb, jsonb, jsonb, uuid, jsonb, int);
DROP FUNCTION mark_started(jsonb, uuid, jsonb);

-- Sessions whose processes run now: { sessionId, sandboxId, workerId, bootId, pid, startTime, baseCommit?, means?, actor }. Answers
-- { live, events }: the ids that are still live and that worker's; the others were ended meanwhile and their processes have to go. The
-- caller has locked projects and sessions.
CREATE FUNCTION record_started(p_session_moves jsonb, p_started jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  r jsonb;
  s "Session";
  v_moved jsonb;
  v_events jsonb := '[]';
  v_live jsonb := '[]';
BEGIN
  FOR r IN SELECT * FROM jsonb_array_elements(p_started) LOOP
    UPDATE "Sandbox" SET "bootId" = r->>'bootId', pid = (r->>'pid')::int, "startTime" = r->>'startTime', "spawnedAt" = clock_timestamp(),
        means = coalesce(r->'means', means)
      WHERE id = (r->>'sandboxId')::uuid;
    SELECT * INTO s FROM "Session" WHERE id = (r->>'sessionId')::uuid AND "workerId" = (r->>'workerId')::uuid;
    CONTINUE WHEN NOT FOUND;
    CONTINUE WHEN s.status NOT IN ('STARTING', 'RUNNING');
    v_live := v_live || to_jsonb(s.id);
    v_moved := move_session(p_session_moves, s.id, 'start', r->'actor', NULL, jsonb_strip_nulls(jsonb_build_object('baseCommit', r->'baseCommit')));
    IF v_moved IS NOT NULL THEN
      v_events := v_events || (v_moved->'events') || event_of(s."projectId", 'SANDBOX_SPAWNED', 'sandbox', (r->>'sandboxId')::uuid, r->'actor',
        jsonb_build_object('taskId', s."taskId", 'sessionId', s.id, 'pid', (r->>'pid')::int));
    END IF;
  END LOOP;
  RETURN jsonb_build_object('live', v_live, 'events', v_events);
END $$;

-- One turn of an orchestrator: starts recorded, results settled, dependents promoted, free slots claimed, journal written.
-- p_worker NULL: nothing is promoted or claimed. p_is_patient: projects that somebody is writing to are waited for instead of passed over,
-- in the one order of all locks, so that who writes without a pause keeps no task from starting.
CREATE FUNCTION step(p_task_moves jsonb, p_session_moves jsonb, p_reports jsonb, p_started jsonb, p_worker uuid, p_tickets jsonb, p_lease_ms int,
  p_is_patient boolean)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  v_started jsonb := '{"live": [], "events": []}';
  v_settled jsonb := '{"answers": [], "events": []}';
  v_promoted jsonb := '{"events": [], "promoted": 0}';
  v_claimed jsonb := '{"claims": [], "events": [], "skipped": 0}';
  v_events jsonb;
  v_promotions_max int := 200;
  v_task_ids uuid[] := ARRAY(SELECT (r->>'taskId')::uuid FROM jsonb_array_elements(p_reports) r);
  v_sandbox_ids uuid[] := ARRAY(SELECT (r->>'sandboxId')::uuid FROM jsonb_array_elements(p_reports) r);
  v_session_ids uuid[] := ARRAY(SELECT (r->>'sessionId')::uuid FROM jsonb_array_elements(p_started) r);
  v_project_ids uuid[] := '{}';
BEGIN
  IF p_is_patient THEN
    v_project_ids := ARRAY(SELECT x.id FROM "Project" x WHERE x."archivedAt" IS NULL AND (
      EXISTS (SELECT 1 FROM "Task" q WHERE q."projectId" = x.id AND q.status = 'QUEUED' AND q."availableAt" IS NULL)
      OR (x."autonomousExecutionEnabled" AND EXISTS (SELECT 1 FROM "Task" q WHERE q."projectId" = x.id AND q.status = 'APPROVED' AND q."openDependencies" = 0))));
  END IF;
  v_project_ids := v_project_ids || ARRAY(SELECT "projectId" FROM "Task" WHERE id = ANY (v_task_ids))
    || ARRAY(SELECT "projectId" FROM "Session" WHERE id = ANY (v_session_ids));
  IF cardinality(v_project_ids) > 0 THEN
    PERFORM lock_streams(v_project_ids);
  END IF;
  IF jsonb_array_length(p_reports) > 0 OR jsonb_array_length(p_started) > 0 THEN
    -- All of them at once and in id order, as append_output takes them without the project's lock.
    v_session_ids := v_session_ids || ARRAY(SELECT "sessionId" FROM "Sandbox" WHERE id = ANY (v_sandbox_ids));
    PERFORM 1 FROM "Session" WHERE id = ANY (v_session_ids) ORDER BY id FOR UPDATE;
    v_started := record_started(p_session_moves, p_started);
    v_settled := settle(p_task_moves, p_session_moves, p_reports);
  END IF;
  IF p_worker IS NOT NULL THEN
    v_promoted := promote(p_task_moves, v_promotions_max);
    v_claimed := claim(p_task_moves, p_worker, p_tickets, p_lease_ms);
  END IF;
  v_events := (v_started->'events') || (v_settled->'events') || (v_promoted->'events') || (v_claimed->'events');
  IF jsonb_array_length(v_events) > 0 THEN
    PERFORM journal_append(v_events);
    IF jsonb_array_length(v_settled->'answers') > 0 OR (v_promoted->>'promoted')::int > 0 THEN
      PERFORM pg_notify('runboard_work', coalesce(p_worker::text, ''));
    END IF;
  END IF;
  RETURN jsonb_build_object('live', v_started->'live', 'answers', v_settled->'answers', 'claims', v_claimed->'claims',
    'hasQuestions', EXISTS (SELECT 1 FROM "RepositoryCheck" WHERE "finishedAt" IS NULL),
    'isUnfinished', (v_claimed->>'skipped')::int > 0 OR (v_promoted->>'promoted')::int >= v_promotions_max);
END $$;
-- For everything a turn calls: planning its statements anew each time took longer than carrying them out, and a plan for these arrays of
-- a few ids is the plan for any. What they may read is held by lib/session/scans.test.ts.
ALTER FUNCTION step SET plan_cache_mode = force_generic_plan;
