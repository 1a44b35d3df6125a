-- The best of each priority by one index probe.
DROP INDEX task_promotable;
CREATE INDEX task_promotable ON "Task" ("projectId", priority, "waitingSince", id) WHERE status = 'APPROVED' AND "openDependencies" = 0;

-- Queues, for the system, what is approved and unblocked in projects that act by themselves; at most p_limit tasks, and
-- never beyond maxQueueSize (retries that wait for their time do not count, as for people). Projects that somebody else is writing to are skipped for this turn.
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

-- Gives the free slots of a worker to the best queued tasks. Limits are counted here, under the projects' locks: projects
-- that somebody else is writing to are skipped for this turn. One ticket { sessionId, sandboxId, tokenHash } a claim.
--
-- One order for all (queueRank, id). A task is passed over only for what it cannot change: its project, its user or its type of
-- agent is at its limit, or its type is paused. Where a resource is short, nothing behind it that asks for the same resource is
-- let past, so a big task is not starved by small ones; one that asks for more than this worker has at all holds up nobody.
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
  v_exhausted text;
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
  v_full_types := v_full_types || ARRAY(SELECT agent FROM "AgentPause" WHERE until > clock_timestamp());

  LOOP
    v_is_complete := true;
    FOR c IN
      SELECT best.*, x.id AS project_id, x.key, x.settings, x."gitDir", x."repoUrl", x."baseBranch"
      FROM "Project" x
      CROSS JOIN LATERAL (
        SELECT coalesce((x.settings->>'maxConcurrentSessions')::int, 5) - count(*)::int AS free
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
              v_events := v_events || event_of(c.project_id, 'RESOURCE_EXHAUSTED', 'task', c.id, v_system, jsonb_build_object(
                'resource', m.resource, 'usage', m.used, 'limit', m.total, 'sessionIds', m.session_ids, 'taskId', c.id,
                'asked', CASE m.resource WHEN 'cpu' THEN c.cpus WHEN 'memory' THEN c.memory ELSE c.disk END));
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
         (SELECT count(*) FROM "Session" WHERE status IN ('STARTING', 'RUNNING') AND "requestedBy" = t."requestedBy") THEN
        v_full_users := v_full_users || t."requestedBy";
      END IF;
      IF v_type_limits ? t.type AND (v_type_limits->>t.type)::int <=
         (SELECT count(*) FROM "Session" WHERE status IN ('STARTING', 'RUNNING') AND agent = t.type) THEN
        v_full_types := v_full_types || t.type;
      END IF;
    END LOOP;
    EXIT WHEN v_is_complete OR v_used >= v_free;
  END LOOP;
  IF w.exhausted IS DISTINCT FROM v_exhausted THEN
    UPDATE "Worker" SET exhausted = v_exhausted WHERE id = p_worker;
  END IF;
  RETURN jsonb_build_object('claims', v_claims, 'events', v_events, 'skipped', v_skipped);
END $$;
ALTER FUNCTION claim SET enable_sort = off;
