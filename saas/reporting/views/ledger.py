"""The owner's ledger: the trial balance, the accounts behind a line, an account's lines, an entry."""

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, request, url_for

from saas.identity import users
from saas.kernel import clock, ids
from saas.kernel.actors import ActorKind
from saas.kernel.errors import NotFound
from saas.kernel.money import Money
from saas.kernel.permissions import Permission
from saas.ledger import accounts, statements, trial
from saas.ledger.chart import CHART, Code
from saas.ledger.models import Entry
from saas.ledger.statements import Cursor
from saas.reporting import causes
from saas.reporting.views import naming, sheets
from saas.web import edge, render
from saas.web.access import permit

blueprint = Blueprint("reporting", __name__, url_prefix="/staff/ledger")
PAGE = 50


@blueprint.get("")
@permit(Permission.LEDGER_READ)
def ledger() -> str:
    """Show the trial balance of every legal entity at the end of a day."""
    as_of = _as_of()
    found = sheets.sheets(as_of, naming.names())
    return render.page(
        "reporting/ledger.html", block="books", as_of=as_of, day=naming.day(as_of), sheets=found
    )


@blueprint.get("/<uuid:entity_id>/<currency>/<code>")
@permit(Permission.LEDGER_READ)
def holdings(entity_id: UUID, currency: str, code: str) -> str:
    """Show the accounts behind one line of the trial balance, and what each held."""
    names, as_of, before = naming.names(), _as_of(), ids.parse(request.args.get("before", ""))
    if code not in set(Code) or (entity_id, currency) not in trial.books():
        raise NotFound
    of = Code(code)
    found = trial.holdings(entity_id, currency, of, as_of, before or trial.NEWEST, PAGE + 1)
    rows = [
        {"id": held.account_id, "about": names.subject(of, held.subject_id), "opened_at": held.opened_at,
         "balance": Money(held.balance_minor, currency)}
        for held in found[:PAGE]
    ]  # fmt: skip
    older = (
        url_for(".holdings", **(request.view_args or {}), as_of=as_of, before=found[PAGE - 1].account_id)
        if len(found) > PAGE
        else ""
    )
    return render.page(
        "reporting/ledger_accounts.html", title=naming.account(of), entity=names.entities[entity_id],
        day=naming.day(as_of), rows=rows, older=older, zone=edge.tenant().time_zone,
    )  # fmt: skip


@blueprint.get("/accounts/<uuid:account_id>")
@permit(Permission.LEDGER_READ)
def account(account_id: UUID) -> str:
    """Show an account's lines, newest first, with the balance after each."""
    names, row = naming.names(), accounts.get(account_id)
    before, of = request.args.get("before", ""), Code(row.code)
    found = statements.read(row, _cursor(before), PAGE)
    older = url_for(".account", account_id=row.id, before=_spelled(found.older)) if found.older else ""
    return render.page(
        "reporting/ledger_account.html", statement=found, older=older,
        is_newest=not before, title=naming.account(of), entity=names.entities[row.legal_entity_id],
        about=names.subject(of, row.subject_id), about_href=naming.subject_href(of, row.subject_id),
        guarded=CHART[of].guarded, lines=[_line(line, row.currency, names) for line in found.lines],
    )  # fmt: skip


@blueprint.get("/entries/<uuid:entry_id>")
@permit(Permission.LEDGER_READ)
def entry(entry_id: UUID) -> str:
    """Show an entry: why, by whom, and from which account to which."""
    names = naming.names()
    found, reversed_by, transfers = statements.get_entry(entry_id)
    visit = causes.visit_of_cause(found.cause, found.cause_id)
    rows = [
        {"debit": naming.account(t.debit_code), "debit_id": t.debit_account_id, "credit_id": t.credit_account_id,
         "credit": naming.account(t.credit_code),
         "debit_about": names.subject(t.debit_code, t.debit_subject_id),
         "credit_about": names.subject(t.credit_code, t.credit_subject_id), "location": names.location(t.location_id),
         "entity": names.entities[t.legal_entity_id], "amount": Money(t.amount_minor, t.currency)}
        for t in transfers
    ]  # fmt: skip
    return render.page(
        "reporting/ledger_entry.html", entry=found, title=naming.cause(found.cause), rows=rows,
        day=naming.day(found.occurred_on), mark=naming.mark(visit or found.cause_id), who=_who(found),
        visit_href=naming.visit_href(visit), reversed_by=reversed_by, zone=edge.tenant().time_zone,
    )  # fmt: skip


def _line(line: statements.StatementLine, currency: str, names: naming.Names) -> dict[str, object]:
    return {
        "day": naming.day(line.occurred_on), "cause": naming.cause(line.cause), "entry_id": line.entry_id,
        "other": naming.account(line.other_code), "other_id": line.other_account_id,
        "about": names.subject(line.other_code, line.other_subject_id), "location": names.location(line.location_id),
        "reason": line.reason, "is_reversed": line.reversed_by is not None,
        "change": Money(line.change_minor, currency), "balance": Money(line.balance_minor, currency),
    }  # fmt: skip


def _who(row: Entry) -> str:
    """Return the name of a member of staff, nothing for anyone else."""
    return users.get(row.actor_id).name if row.actor_kind == ActorKind.USER and row.actor_id else ""


def _today() -> date:
    return clock.now().astimezone(ZoneInfo(edge.tenant().time_zone)).date()


def _as_of() -> date:
    """Return the day asked for; today where none is, or where it is no day."""
    try:
        return date.fromisoformat(request.args.get("as_of", ""))
    except ValueError:
        return _today()


def _cursor(text: str) -> Cursor:
    """Return where a statement goes on; NotFound where the address was made up."""
    if not text:
        return statements.NEWEST
    day, _, transfer = text.partition("_")
    transfer_id = ids.parse(transfer)
    try:
        if transfer_id is not None:
            return date.fromisoformat(day), transfer_id
    except ValueError:
        pass
    raise NotFound


def _spelled(cursor: Cursor) -> str:
    return f"{cursor[0].isoformat()}_{cursor[1].hex}"
