"""Apply a configuration: all of it or nothing, in the caller's transaction, through the rooms' verbs.

What a configuration no longer names is archived, not deleted; applied again, it revives. Only what differs
is written, each kind at once: the number of statements does not grow with what stays the same. Everything
is planned anew while nobody else can apply, save or book, so that what is applied is what was shown.
"""

from dataclasses import dataclass, field

from saas.db import session
from saas.journal import book
from saas.journal.kinds import EventKind
from saas.kernel import clock
from saas.kernel.actors import Actor
from saas.kernel.errors import Conflict, Reason
from saas.kernel.text import N_
from saas.provisioning import (
    canonical,
    differing,
    history,
    planning,
    reading,
    recording,
    writing,
)
from saas.provisioning.comparing import Change, What
from saas.provisioning.planning import Plan, Shown
from saas.provisioning.recording import Kind, Record
from saas.provisioning.schema import Configuration
from saas.provisioning.writing import Writing
from saas.scheduling import resources
from saas.tenancy import tenants

MOVED = {
    "files": N_("The files are not those that the plan was made of."),
    "clinic": N_("The clinic is no longer as it was when the plan was made."),
    "bookings": N_("What is booked, and could not be kept, is no longer the same."),
}


class PlanMoved(Conflict):
    """What was shown is not what would be done now; nothing was applied. `reasons` say what moved."""

    code = "plan_moved"
    sentence = N_("This is no longer the plan that was shown. Nothing was applied.")


class PlanUnsafe(Conflict):
    """The plan breaks promises, and no reason was given; nothing was applied. `reasons` are what it breaks."""

    code = "plan_unsafe"
    sentence = N_("This plan cannot keep what is booked, and no reason was given. Nothing was applied.")


@dataclass(frozen=True)
class Terms:
    """On what terms a plan is applied: the plan that was shown, and why promises may be broken.

    `back_to` is the version to which a rollback goes; `source` says whence anything else comes.
    """

    shown: Shown | None = None
    reason: str = ""
    back_to: int | None = None
    source: Kind = Kind.FILES

    @property
    def kind(self) -> Kind:
        """Whence the version comes that this makes."""
        return self.source if self.back_to is None else Kind.ROLLBACK


AS_IT_IS = Terms()


@dataclass
class Applied:
    """What an application changed, as `kind/slug`, and the configuration's version after it.

    `replaced` says in words what it took back of what was saved on a page.
    """

    changed: list[str] = field(default_factory=list)
    archived: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    version: int = 0


def apply(configuration: Configuration, actor: Actor, terms: Terms = AS_IT_IS) -> Applied:
    """Bring the session's tenant to *configuration*; applying it twice changes nothing the second time.

    Files that say what was saved on pages change nothing, and are recorded: from then on it is no drift.
    ConfigurationInvalid where an id is another thing's, or an earlier slug names nothing; PlanMoved where
    another plan was shown; PlanUnsafe where it needs a reason and has none.
    """
    tenant_id = session.current().tenant_id
    resources.lock_staffed()  # before the tenant, as time off and bookings do
    tenants.lock(tenant_id)
    plan = planning.plan(configuration, clock.now())
    require_shown(plan, terms)
    if plan.is_empty and plan.recorded and not plan.drift:
        return Applied()
    require_safe(plan, terms)
    writing.write(Writing(plan.wanted, plan.changes, plan.world.tables, actor, clock.now()))
    version = tenants.raise_config_version(tenant_id)
    entry = Record(version, terms.kind, plan.shown.fingerprint, terms.reason or None, terms.back_to)
    recording.record(entry, canonical.form(plan.wanted), actor, plan.recorded)
    return _told(plan, entry, actor)


def roll_back(version: int, actor: Actor, terms: Terms = AS_IT_IS) -> Applied:
    """Bring the session's tenant back to what it was at a recorded *version*, by a plan of its own.

    UnknownVersion; ConfigurationInvalid where a rule that came later refuses what was then; PlanUnsafe.
    """
    wanted = reading.read_form(recording.require(version))
    return apply(wanted, actor, Terms(terms.shown, terms.reason, version))


def require_shown(plan: Plan, terms: Terms) -> None:
    """Refuse what is not the plan that was shown; PlanMoved."""
    shown = terms.shown
    if shown is None or shown.fingerprint == plan.shown.fingerprint:
        return
    reasons = [Reason(f"{what}_moved", MOVED[what]) for what in shown.moved(plan.shown)]
    raise PlanMoved(reasons=reasons)


def require_safe(plan: Plan, terms: Terms) -> None:
    """Refuse what breaks promises without a reason; PlanUnsafe."""
    if plan.unsafe and not terms.reason.strip():
        raise PlanUnsafe(reasons=[one.reason for one in plan.unsafe])


def _told(plan: Plan, entry: Record, actor: Actor) -> Applied:
    applied = Applied(
        changed=[str(one) for one in plan.changes if one.what is not What.ARCHIVE],
        archived=[str(one) for one in plan.changes if one.what is What.ARCHIVE],
        replaced=_replaced(plan), version=entry.version,
    )  # fmt: skip
    book.tell(
        EventKind.CONFIGURATION_APPLIED, session.current().tenant_id, actor, changed=applied.changed,
        archived=applied.archived, version=entry.version, source=entry.kind.value, reason=entry.reason,
        changes=[_as_json(one) for one in plan.changes],
    )  # fmt: skip
    return applied


def _as_json(change: Change) -> dict[str, object]:
    fields = [{"path": one.path, "before": one.before, "after": one.after} for one in change.fields]
    return {"what": change.what.value, "thing": str(change), "was": change.was, "fields": fields}


def _replaced(plan: Plan) -> list[str]:
    """Say what is no longer as somebody saved it on a page; nothing where the version came from files."""
    after = {str(one.id): one for one in plan.wanted.offerings}
    before = {str(key): version for key, version in plan.world.tables.versions.items()}
    edited = [one.thing for one in plan.changes if one.thing.id in after.keys() & before.keys()]
    authors = history.page_authors([before[str(one.id)] for one in edited])
    found = []
    for thing in edited:
        version = before[str(thing.id)]
        if version.id in authors:
            said = differing.differences(version.content, after[str(thing.id)].content())
            words = "; ".join(map(differing.in_words, said))
            found.append(
                f"offering/{thing.slug} replaces what {authors[version.id]} saved on a page ({words})"
            )
    return found
