"""Look over the books of the session's tenant: each invariant is a query that finds nothing.

Most of them PostgreSQL keeps already; they are asked for all the same, because a restored dump or a
hand that went past the application may have broken what the constraints would have held.
"""

from saas.db import session

_SUMS = """
SELECT a.id, coalesce(d.total, 0) AS debit, coalesce(c.total, 0) AS credit, a.kind, a.guarded, b.balance_minor,
       (coalesce(d.total, 0) - coalesce(c.total, 0))
       * CASE WHEN a.kind IN ('asset', 'expense') THEN 1 ELSE -1 END AS held
FROM accounts a
LEFT JOIN balances b ON b.tenant_id = :tenant AND b.id = a.id
LEFT JOIN (SELECT debit_account_id AS id, sum(amount_minor) AS total FROM transfers
           WHERE tenant_id = :tenant GROUP BY 1) d ON d.id = a.id
LEFT JOIN (SELECT credit_account_id AS id, sum(amount_minor) AS total FROM transfers
           WHERE tenant_id = :tenant GROUP BY 1) c ON c.id = a.id
WHERE a.tenant_id = :tenant
"""

INVARIANTS: dict[str, str] = {
    "a guarded balance is not the sum of its lines":
        f"SELECT id FROM ({_SUMS}) s WHERE guarded AND balance_minor IS DISTINCT FROM held",
    "a guarded account is below zero":
        f"SELECT id FROM ({_SUMS}) s WHERE guarded AND (held < 0 OR balance_minor < 0)",
    "an account that is not guarded has a balance":
        f"SELECT id FROM ({_SUMS}) s WHERE NOT guarded AND balance_minor IS NOT NULL",
    "a transfer has one account on both sides, or no amount":
        "SELECT id FROM transfers WHERE tenant_id = :tenant"
        " AND (debit_account_id = credit_account_id OR amount_minor <= 0)",
    "a transfer crosses a legal entity or a currency": """
        SELECT t.id FROM transfers t
        LEFT JOIN accounts d ON d.tenant_id = :tenant AND d.id = t.debit_account_id
        LEFT JOIN accounts c ON c.tenant_id = :tenant AND c.id = t.credit_account_id
        WHERE t.tenant_id = :tenant
          AND ((d.legal_entity_id, d.currency) IS DISTINCT FROM (t.legal_entity_id, t.currency)
            OR (c.legal_entity_id, c.currency) IS DISTINCT FROM (t.legal_entity_id, t.currency))""",
    "a transfer belongs to no entry, or counts for another day than its entry": """
        SELECT t.id FROM transfers t LEFT JOIN entries e ON e.tenant_id = :tenant AND e.id = t.entry_id
        WHERE t.tenant_id = :tenant AND e.occurred_on IS DISTINCT FROM t.occurred_on""",
    "an entry has no lines": """
        SELECT e.id FROM entries e WHERE e.tenant_id = :tenant AND NOT EXISTS (
          SELECT FROM transfers t WHERE t.tenant_id = :tenant AND t.entry_id = e.id)""",
    "a reversal does not mirror what it reverses": """
        WITH mirrored AS (
          SELECT r.id, t.ordinal, t.legal_entity_id, t.currency, t.amount_minor, t.location_id,
                 t.credit_account_id AS debit_account_id, t.debit_account_id AS credit_account_id
          FROM entries r JOIN transfers t ON t.tenant_id = :tenant AND t.entry_id = r.reverses_entry_id
          WHERE r.tenant_id = :tenant
        ), stands AS (
          SELECT r.id, t.ordinal, t.legal_entity_id, t.currency, t.amount_minor, t.location_id,
                 t.debit_account_id, t.credit_account_id
          FROM entries r JOIN transfers t ON t.tenant_id = :tenant AND t.entry_id = r.id
          WHERE r.tenant_id = :tenant AND r.reverses_entry_id IS NOT NULL
        )
        SELECT DISTINCT id FROM ((SELECT * FROM mirrored EXCEPT SELECT * FROM stands)
                                 UNION ALL (SELECT * FROM stands EXCEPT SELECT * FROM mirrored)) x""",
    "an entry was posted into a month after it was closed": """
        SELECT DISTINCT e.id FROM entries e
        JOIN transfers t ON t.tenant_id = :tenant AND t.entry_id = e.id
        JOIN periods p ON p.tenant_id = :tenant AND p.legal_entity_id = t.legal_entity_id
          AND p.month = date_trunc('month', t.occurred_on)::date
        WHERE e.tenant_id = :tenant AND e.posted_at > p.closed_at""",
}  # fmt: skip


def verify() -> list[str]:
    """Return a sentence for every row that breaks an invariant; none where the books are sound."""
    tenant = session.current().tenant_id
    return [
        f"{said}: {row_id}"
        for said, query in INVARIANTS.items()
        for row_id in session.statement(query, tenant=tenant).scalars()
    ]
