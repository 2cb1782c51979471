-- The statements of a hold, for pgbench: lock a practitioner and a room in order, look, claim, let go.
-- Run as saas_app with -D "tenant='…'" -D "location='…'" (with their quotes); resources and their order come from the database.
\set minute random(0, 47) * 15
BEGIN;
SELECT set_config('app.tenant_id', :tenant, true);
SELECT id FROM resources WHERE tenant_id = :tenant::uuid AND kind IN ('practitioner', 'room')
ORDER BY id FOR NO KEY UPDATE;
WITH made AS (
  INSERT INTO appointments (tenant_id, id, state, location_id, starts_at, ends_at, wall_start, time_zone, source, held_until)
  SELECT :tenant::uuid, uuidv7(), 'held', :location::uuid, s, s + interval '30 minutes', '', 'UTC', 'pgbench',
         now() + interval '10 minutes'
  FROM (SELECT date_trunc('day', now()) + interval '30 days' + :minute * interval '1 minute' AS s) AS wanted
  WHERE NOT EXISTS (
    SELECT 1 FROM claims c JOIN resources r ON r.tenant_id = c.tenant_id AND r.id = c.resource_id
    WHERE c.tenant_id = :tenant::uuid AND r.kind IN ('practitioner', 'room')
      AND c.starts_at < s + interval '40 minutes' AND c.ends_at > s
      AND (c.state = 'confirmed' OR c.held_until > now())
  )
  RETURNING id, starts_at, held_until
)
INSERT INTO claims (tenant_id, resource_id, appointment_id, starts_at, ends_at, state, held_until)
SELECT :tenant::uuid, r.id, made.id, made.starts_at,
       made.starts_at + CASE r.kind WHEN 'room' THEN interval '40 minutes' ELSE interval '30 minutes' END,
       'held', made.held_until
FROM made, resources r WHERE r.tenant_id = :tenant::uuid AND r.kind IN ('practitioner', 'room');
COMMIT;
