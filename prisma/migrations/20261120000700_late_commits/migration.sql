-- A commit that arrives late is the task's result only if its session succeeded, in the task's present generation.

-- Takes results in: session ended, task moved, dependents released.
-- The caller holds the locks of the projects and has judged each report (lib/session/verdict.ts):
--   { sandboxId, taskId, workerId?, taskVerb, sessionVerb, reason, message?, exitCode?, delayMs?, failures?, losses?, result?,
--     resultCommit?, baseCommit?, terminated?, report?, actor, taskReason?, pauseUntil? }
-- taskReason: what the task is told where it differs from the session's reason. pauseUntil (ISO 8601): the provider of this type of
-- agent asked to wait, so no task of the type starts before.
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
          WHERE id = s."taskId" AND attempts = s.attempt AND generation = s.generation AND s.status = 'SUCCEEDED'
            AND status IN ('COMPLETED', 'REVIEW') AND "resultCommit" IS NULL;
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
    IF r ? 'pauseUntil' THEN
      v_events := v_events || pause_agent(s.agent, (r->>'pauseUntil')::timestamptz, r->>'reason', s."projectId", r->'actor');
    END IF;

    IF v_is_returned THEN
      v_events := v_events || (move_task(p_task_moves, s."taskId", 'unqueue', 'APPROVED', v_system, 'AUTONOMOUS_OFF', '{}')->'events');
    END IF;
  END LOOP;
  RETURN jsonb_build_object('answers', v_answers, 'events', v_events);
END $$;
