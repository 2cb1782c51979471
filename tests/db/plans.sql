-- Twenty thousand of each over two hundred tenants, and two thousand tenants without anything.
INSERT INTO tenants (slug, name, profile)
SELECT 'clinic-' || n, 'Clinic', '{}'::jsonb FROM generate_series(1, 200) n
UNION ALL
SELECT 'empty-' || n, 'Clinic', '{}'::jsonb FROM generate_series(1, 2000) n;

CREATE TEMP TABLE each_one AS
SELECT t.id AS tenant_id, t.slug || '-' || n AS name, n
FROM tenants t, generate_series(1, 100) n WHERE t.slug LIKE 'clinic-%';

INSERT INTO hostnames (host, tenant_id) SELECT name || '.example', tenant_id FROM each_one;

INSERT INTO users (tenant_id, email, name) SELECT tenant_id, n || '@clinic.example', name FROM each_one;

INSERT INTO user_roles (tenant_id, user_id, role) SELECT tenant_id, id, 'owner' FROM users;

-- the secret of a cookie or token is here its bearer's name
INSERT INTO sessions (tenant_id, user_id, token_digest, user_agent, address,
                      created_at, last_seen_at, expires_at)
SELECT tenant_id, id, encode(sha256(name::bytea), 'hex'), '', '', now(), now(), now() + interval '1 day'
FROM users;

INSERT INTO api_tokens (tenant_id, name, role, digest)
SELECT tenant_id, name, 'owner', encode(sha256(name::bytea), 'hex') FROM each_one;

INSERT INTO legal_entities (tenant_id, slug, name, currency)
SELECT tenant_id, 'one', 'One', 'USD' FROM each_one WHERE n = 1;

INSERT INTO locations (tenant_id, slug, legal_entity_id, name, street, city, region, postal_code,
                       country, time_zone, jurisdiction, phone)
SELECT tenant_id, 'place-' || n, id, 'Place', '', '', '', '', 'US', 'America/New_York', 'US-NY', ''
FROM legal_entities, generate_series(1, 10) n;

INSERT INTO opening_hours (tenant_id, location_id, weekday, opens, closes)
SELECT tenant_id, id, weekday, '09:00', '17:00' FROM locations, generate_series(0, 6) weekday;

INSERT INTO closures (tenant_id, location_id, closed_on)
SELECT tenant_id, id, date '2020-12-24' + day FROM locations, generate_series(0, 9) day;

INSERT INTO audit_entries (tenant_id, action, subject_kind, subject_ids, actor_kind, refused, data, recorded_at)
SELECT tenant_id, 'opened', 'user', '[]', 'user', false, '{}', now() - n * interval '1 minute' FROM each_one;

INSERT INTO audit_seals (tenant_id, upto_at, entries, digest, previous_digest)
SELECT tenant_id, recorded_at, 1, id, id FROM audit_entries WHERE recorded_at < now() - interval '50 minutes';
