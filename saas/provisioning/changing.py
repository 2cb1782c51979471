"""Change an offering from a page: proposed, checked as a folder of YAML is, and saved as a new version.

A save locks the offering, asks whether it still says what was seen, and ends in the same verbs as applying
a folder. What was booked before keeps its version; nothing that is booked is touched.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from saas.catalogue import contents, offerings
from saas.catalogue.contents import Offering
from saas.catalogue.models import OfferingRow, OfferingVersion
from saas.db import session
from saas.journal import book
from saas.journal.kinds import EventKind
from saas.kernel.actors import Actor
from saas.kernel.errors import Conflict, Invalid, NotFound
from saas.kernel.text import N_
from saas.provisioning import canonical, differing, drafting, explaining, reading, recording, standing
from saas.provisioning.canonical import Data
from saas.provisioning.drafting import Draft
from saas.provisioning.problems import Problem
from saas.provisioning.recording import Kind, Record
from saas.provisioning.schema_catalogue import Offering as OfferingFile
from saas.tenancy import tenants


class ChangedMeanwhile(Conflict):
    """Somebody else saved another version since this one was opened."""

    code = "offering_changed"
    sentence = N_("Somebody else changed this offering in the meantime. Nothing of yours is saved yet.")


class NothingChanged(Invalid):
    """The draft says what the offering says already."""

    code = "nothing_changed"
    sentence = N_("Nothing is different from what holds already.")


class ChangeRefused(Invalid):
    """The draft breaks a rule of the configuration; `problems` are those it brings."""

    code = "change_refused"
    sentence = N_("This cannot be saved as it stands.")

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__()
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Proposal:
    """A change that breaks no rule: the offering before and after, and what differs."""

    before: Offering
    after: Offering
    content: Data
    differences: Sequence[dict[str, Any]]


def find(slug: str, config_version: int) -> Offering:
    """Return the offering or add-on in use; NotFound."""
    for listed in (offerings.list_current(config_version), offerings.list_add_ons(config_version)):
        if slug in listed:
            return listed[slug]
    raise NotFound(N_("There is no treatment %(slug)s."), slug=slug)


def propose(offering: Offering, draft: Draft) -> Proposal:
    """Return what *draft* would make of *offering*. ChangeRefused, NothingChanged."""
    content = standing.content_of(offering.version_id)
    wanted = drafting.changed(content, draft)
    _require_sound(offering.slug, wanted)
    data = standing.stored(standing.written(offering.slug, wanted))
    found = differing.differences(content, data)
    if not found:
        raise NothingChanged
    after = contents.read(offering.id, offering.version_id, offering.slug, data)
    return Proposal(offering, after, data, found)


def save(slug: str, seen: UUID, draft: Draft, actor: Actor) -> Proposal:
    """Let the offering say what *draft* makes of the version *seen*; told to the journal.

    NotFound, ChangedMeanwhile, ChangeRefused, NothingChanged.
    """
    tenant_id = session.current().tenant_id
    assert tenant_id is not None
    tenants.lock(tenant_id)
    lock(slug)
    offering = find(slug, tenants.config_version(tenant_id))
    if offering.version_id != seen:
        raise ChangedMeanwhile
    proposal = propose(offering, draft)
    offerings.put(slug, proposal.content)
    version = tenants.raise_config_version(tenant_id)
    saved = newest(offering.id)
    recording.record(Record(version, Kind.PAGE), standing.read().files, actor)
    book.tell(
        EventKind.OFFERING_CHANGED, offering.id, actor, slug=slug, changed=list(proposal.differences),
        version_id=str(saved), config_version=version,
    )  # fmt: skip
    return replace(proposal, after=replace(proposal.after, version_id=saved))


def lock(slug: str) -> None:
    """Let nobody else change the offering until this transaction ends; NotFound."""
    query = select(OfferingRow.id).where(OfferingRow.slug == slug, OfferingRow.archived_at.is_(None))
    if session.current().scalar(query.with_for_update()) is None:
        raise NotFound(N_("There is no treatment %(slug)s."), slug=slug)


def newest(offering_id: UUID) -> UUID:
    """Return the id of the version that holds."""
    query = select(OfferingVersion.id).where(OfferingVersion.offering_id == offering_id)
    latest = query.order_by(OfferingVersion.valid_from.desc(), OfferingVersion.id.desc())
    return session.current().scalars(latest.limit(1)).one()


def faults(slug: str, wanted: Data) -> list[Problem]:
    """Return what is wrong with the configuration in which offering *slug* says *wanted*, as it is stored.

    What was wrong already, whatever it says, is left out.
    """
    file = f"offerings/{slug}.yaml"
    typed, problems = explaining.validate(
        OfferingFile, canonical.document(file, standing.renamed(slug, wanted))
    )
    if typed is None:
        return problems
    whole, edited = standing.read_back(), canonical.document(file, standing.written(slug, wanted))
    others = tuple(one for one in whole.offerings if one.file != file)
    found = set(reading.between(replace(whole, offerings=(*others, edited))))
    return sorted(found - set(reading.between(whole))) if found else []


def _require_sound(slug: str, wanted: Data) -> None:
    found = faults(slug, wanted)
    if found:
        raise ChangeRefused(found)
