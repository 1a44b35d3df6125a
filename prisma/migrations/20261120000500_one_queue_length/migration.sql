-- Queues, for the system, what is approved and unblocked in projects that act by themselves; at most p_limit tasks, and
-- never beyond maxQueueSize (retries that wait for their time do not count, as for people). Projects that somebody else is writing to are skipped for this turn.
CREATE OR REPLACE FUNCTION promote(p_task_moves jsonb, p_limit int) RETURNS jsonb LANGUAGE plpgsql AS $$
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
  SELECT least(p_limit, max - (SELECT count(*)::int FROM (SELECT 1 FROM "Task" WHERE status = 'QUEUED' AND "availableAt" IS NULL LIMIT max) q)) INTO v_room
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
ALTER FUNCTION promote SET enable_sort = off;
