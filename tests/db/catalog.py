"""What to ask PostgreSQL's catalog about our schema."""

ATTRIBUTES = """
SELECT rolcanlogin, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls
FROM pg_roles WHERE rolname = %s
"""

# name, has tenant_id, row security, forced
TABLES = """
SELECT relname, EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id'),
       relrowsecurity, relforcerowsecurity
FROM pg_class c WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
"""

# table, policy, command, permissive, roles (0 is everyone), using, with check
POLICIES = """
SELECT polrelid::regclass::text, polname, polcmd, polpermissive, polroles::int[],
       pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)
FROM pg_policy
"""

# table, privilege: of a role, or with NULL of everyone
GRANTS = """
SELECT c.relname, a.privilege_type FROM pg_class c, aclexplode(c.relacl) a
LEFT JOIN pg_roles r ON r.oid = a.grantee
WHERE relkind IN ('r', 'p', 'v', 'm') AND relnamespace = 'public'::regnamespace
  AND r.rolname IS NOT DISTINCT FROM %s
"""

# table, name, kind, columns in order: every primary, unique and foreign key and every exclusion
KEYS = """
SELECT t.relname, x.relname,
       CASE WHEN indisprimary THEN 'primary' WHEN indisexclusion THEN 'exclusion' ELSE 'unique' END,
       (SELECT array_agg(a.attname::text ORDER BY k.place)
        FROM unnest(i.indkey::int[]) WITH ORDINALITY k(number, place)
        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number)
FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
WHERE (indisunique OR indisexclusion) AND t.relrowsecurity
UNION ALL
SELECT t.relname, c.conname, 'foreign',
       (SELECT array_agg(a.attname::text ORDER BY k.place)
        FROM unnest(c.conkey) WITH ORDINALITY k(number, place)
        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number)
FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
WHERE c.contype = 'f' AND t.relrowsecurity
"""
