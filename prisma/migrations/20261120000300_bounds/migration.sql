-- Bounds: a session's log has a cap and a longest line, journals and logs end with their retention.

ALTER TABLE "Session" ADD COLUMN "cappedBytes" BIGINT,
ADD COLUMN "logRemovedAt" TIMESTAMPTZ(3);
ALTER TABLE "Sandbox" ADD COLUMN "lineBytes" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN "isLogClosed" BOOLEAN NOT NULL DEFAULT false;

CREATE INDEX session_log_kept ON "Session" ("endedAt") WHERE "endedAt" IS NOT NULL AND "logRemovedAt" IS NULL;

-- Puts output at the end of a session's log until the log holds p_max bytes of it; there p_notice follows, once, and from there on
-- output is only counted. p_is_full: there is more than p_bytes and it does not fit. p_dropped bytes of long lines were left out
-- before. Answers where the log ends now.
CREATE FUNCTION store_log(p_session uuid, p_bytes bytea, p_dropped bigint, p_is_full boolean, p_max bigint, p_notice bytea)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  s "Session";
  v_stored bytea := p_bytes;
  v_kept int := length(p_bytes);
  v_capped bigint;
BEGIN
  SELECT * INTO s FROM "Session" WHERE id = p_session FOR NO KEY UPDATE;
  IF s."cappedBytes" IS NOT NULL THEN
    v_kept := 0;
    v_stored := '';
    v_capped := s."cappedBytes" + length(p_bytes);
  ELSIF p_is_full OR s."logBytes" + length(p_bytes) > p_max THEN
    v_kept := greatest(least(p_max - s."logBytes", length(p_bytes)), 0);
    -- Never inside a character: a UTF-8 one has at most three bytes after its first.
    FOR v_back IN 1..3 LOOP
      EXIT WHEN v_kept = 0 OR v_kept = length(p_bytes) OR (get_byte(p_bytes, v_kept) & 192) <> 128;
      v_kept := v_kept - 1;
    END LOOP;
    v_stored := substring(p_bytes FROM 1 FOR v_kept);
    v_capped := length(p_bytes) - v_kept;
    IF v_kept = 0 OR get_byte(p_bytes, v_kept - 1) <> 10 THEN
      v_stored := v_stored || '\x0a'::bytea;
    END IF;
    v_stored := v_stored || p_notice;
  END IF;
  UPDATE "Session" SET "logBytes" = "logBytes" + length(v_stored), "cappedBytes" = v_capped,
      "droppedBytes" = "droppedBytes" + p_dropped + length(p_bytes) - v_kept, "activeAt" = clock_timestamp()
    WHERE id = p_session RETURNING * INTO s;
  IF length(v_stored) > 0 THEN
    INSERT INTO "LogChunk" ("sessionId", "offset", bytes) VALUES (p_session, s."logBytes" - length(v_stored), v_stored);
    PERFORM pg_notify('runboard_log', p_session::text);
  END IF;
  RETURN s."logBytes";
END $$;

-- Output read from the sandboxes' files, for many sessions. Each piece says from where to where it was read and how long the line
-- was at either end, and has `size` bytes of p_bytes, one after the other:
--   { sessionId, start, startLine, end, line, size, dropped, isFull?, isClosing? }
-- A piece that does not start where reading had got to is left out, because somebody else has read it already. A closing piece is
-- the end of a full log and kept whatever the log holds; nothing follows it. Answers by session id where reading has got to:
--   { readBytes, lineBytes, logBytes, cappedBytes, isLogClosed }
-- Locks sessions first, in id order, then their sandboxes.
DROP FUNCTION append_output(jsonb);
CREATE FUNCTION append_output(p_pieces jsonb, p_bytes bytea, p_max bigint, p_notice bytea) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  c record;
  v_bytes bytea;
  v_state jsonb;
  v_states jsonb := '{}';
BEGIN
  FOR c IN
    SELECT x.*, sum(x.size) OVER (ORDER BY o) - x.size AS at
    FROM jsonb_array_elements(p_pieces) WITH ORDINALITY AS e(piece, o),
      jsonb_to_record(e.piece) AS x("sessionId" uuid, start bigint, "startLine" bigint, "end" bigint, line bigint, size int,
        dropped bigint, "isFull" boolean, "isClosing" boolean)
    ORDER BY x."sessionId"
  LOOP
    PERFORM 1 FROM "Session" WHERE id = c."sessionId" FOR NO KEY UPDATE;
    UPDATE "Sandbox" SET "readBytes" = c."end", "lineBytes" = c.line, "isLogClosed" = coalesce(c."isClosing", false)
      WHERE "sessionId" = c."sessionId" AND "readBytes" = c.start AND "lineBytes" = c."startLine" AND NOT "isLogClosed";
    IF FOUND THEN
      v_bytes := substring(p_bytes FROM c.at::int + 1 FOR c.size);
      IF coalesce(c."isClosing", false) THEN
        UPDATE "Session" SET "cappedBytes" = coalesce("cappedBytes", 0) + c.dropped, "droppedBytes" = "droppedBytes" + c.dropped,
            "logBytes" = "logBytes" + c.size
          WHERE id = c."sessionId";
        INSERT INTO "LogChunk" ("sessionId", "offset", bytes)
          SELECT id, "logBytes" - c.size, v_bytes FROM "Session" WHERE id = c."sessionId" AND c.size > 0;
        PERFORM pg_notify('runboard_log', c."sessionId"::text);
      ELSE
        PERFORM store_log(c."sessionId", v_bytes, c.dropped, coalesce(c."isFull", false), p_max, p_notice);
      END IF;
    END IF;
    SELECT jsonb_build_object('readBytes', b."readBytes", 'lineBytes', b."lineBytes", 'logBytes', s."logBytes",
        'cappedBytes', s."cappedBytes", 'isLogClosed', b."isLogClosed") INTO v_state
      FROM "Sandbox" b JOIN "Session" s ON s.id = b."sessionId" WHERE s.id = c."sessionId";
    IF FOUND THEN
      v_states := v_states || jsonb_build_object(c."sessionId", v_state);
    END IF;
  END LOOP;
  RETURN v_states;
END $$;

-- Removes the oldest events of a stream: at most p_limit, none of the last p_keep, none from p_before on. Answers how many.
CREATE FUNCTION remove_events(p_stream uuid, p_before timestamptz, p_keep bigint, p_limit bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  s "Stream";
  v_to bigint;
  v_young bigint;
BEGIN
  SELECT * INTO s FROM "Stream" WHERE id = p_stream FOR UPDATE;
  v_to := least(s."lastSeq" - p_keep, s."firstSeq" + p_limit - 1);
  -- Numbers follow time, so the old ones are the first ones.
  SELECT min(seq) INTO v_young FROM "Event" WHERE "streamId" = p_stream AND seq BETWEEN s."firstSeq" AND v_to AND at >= p_before;
  v_to := coalesce(v_young - 1, v_to);
  IF v_to IS NULL OR v_to < s."firstSeq" THEN
    RETURN 0;
  END IF;
  DELETE FROM "Event" WHERE "streamId" = p_stream AND seq BETWEEN s."firstSeq" AND v_to;
  UPDATE "Stream" SET "firstSeq" = v_to + 1 WHERE id = p_stream;
  RETURN v_to - s."firstSeq" + 1;
END $$;

-- Removes the output of at most p_limit sessions that ended before p_before. Answers of how many.
CREATE FUNCTION remove_logs(p_before timestamptz, p_limit int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  v_ids uuid[];
BEGIN
  SELECT coalesce(array_agg(id), '{}') INTO v_ids FROM (
    SELECT id FROM "Session" s WHERE "endedAt" < p_before AND "logRemovedAt" IS NULL
      AND NOT EXISTS (SELECT 1 FROM "Sandbox" b WHERE b."sessionId" = s.id AND b."terminatedAt" IS NULL)
    ORDER BY "endedAt" LIMIT p_limit FOR NO KEY UPDATE SKIP LOCKED) old;
  DELETE FROM "LogChunk" WHERE "sessionId" = ANY (v_ids);
  UPDATE "Session" SET "logRemovedAt" = clock_timestamp() WHERE id = ANY (v_ids);
  RETURN cardinality(v_ids);
END $$;
