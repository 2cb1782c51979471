"""A named person of the clinic approves what the public reads about a treatment, in one language at a time.

An approval keeps the text that was approved and its digest. What is shown is what was approved last: a text that
was edited since is a draft, and patients go on reading the approved one; what is no longer said in a language at all
is not shown in it either. Approvals are acts: configuration neither has nor brings them.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from saas.catalogue import contents, texts
from saas.catalogue.contents import Offering
from saas.catalogue.models import OfferingRow, OfferingVersion, TextApproval
from saas.catalogue.texts import Said
from saas.db import session
from saas.identity import roles
from saas.journal import book
from saas.journal.kinds import EventKind
from saas.kernel import ids
from saas.kernel.actors import Actor, ActorKind
from saas.kernel.errors import Conflict, NotAllowed, NotFound
from saas.kernel.permissions import Permission
from saas.kernel.text import N_

Newest = Mapping[str, TextApproval]  # by language


class ApproverRefused(NotAllowed):
    """Who approves is a person of the clinic whose role includes it, and neither a program nor the system."""

    code = "approver_refused"
    sentence = N_("A text is approved by a person of the clinic whose role allows it.")


class TextChanged(Conflict):
    """What was to be approved is not what the offering says by now."""

    code = "text_changed"
    sentence = N_(
        "The text was changed since you opened it, and nothing was approved. Please read it once more."
    )


@dataclass(frozen=True)
class Standing:
    """What an offering says in a language, and the approval of what was approved last, None where nothing was."""

    language: str
    said: Said
    approval: TextApproval | None

    @property
    def is_approved(self) -> bool:
        """Whether the text as it stands is the one that was approved last."""
        return self.approval is not None and self.approval.digest == self.said.digest


def approve(slug: str, language: str, digest: str, actor: Actor) -> TextApproval:
    """Approve what the offering or add-on *slug* says in *language* and whose digest was seen.

    What is approved already stays as it is. ApproverRefused, NotFound, TextChanged.
    """
    if (
        actor.kind is not ActorKind.USER
        or actor.id is None
        or not roles.may(actor.roles, Permission.TEXT_APPROVE)
    ):
        raise ApproverRefused
    offering = _locked(slug)
    said = offering.texts.said_in(language)
    if language not in offering.texts.languages or said.digest != digest:
        raise TextChanged
    stands = newest([offering.id]).get(offering.id, {}).get(language)
    if stands is not None and stands.digest == digest:
        return stands
    made = TextApproval(
        id=ids.new(), offering_id=offering.id, language=language, digest=digest, content=said.content,
        approver_id=actor.id, approver_name=actor.name,
    )  # fmt: skip
    session.current().add(made)
    session.current().flush()
    book.tell(EventKind.TEXT_APPROVED, offering.id, actor, approval_id=str(made.id), language=language)
    book.audit("text.approved", "offering", [offering.id], actor, language=language, digest=digest)
    return made


def newest(offering_ids: Collection[UUID]) -> Mapping[UUID, Newest]:
    """Return the last approval in each language of each of the offerings that has any; one statement."""
    if not offering_ids:
        return {}
    key = (TextApproval.offering_id, TextApproval.language)
    rows = session.current().scalars(
        select(TextApproval).where(TextApproval.offering_id.in_(offering_ids))
        .ext(distinct_on(*key)).order_by(*key, TextApproval.approved_at.desc(), TextApproval.id.desc())
    )  # fmt: skip
    found: dict[UUID, dict[str, TextApproval]] = {}
    for row in rows:
        found.setdefault(row.offering_id, {})[row.language] = row
    return found


def standings(offering: Offering, approvals: Newest) -> list[Standing]:
    """Return how each text of the offering stands, in the order of the languages."""
    return [
        Standing(language, offering.texts.said_in(language), approvals.get(language))
        for language in offering.texts.languages
    ]


def waiting(offerings: Iterable[Offering]) -> set[UUID]:
    """Return the ids of the offerings that have a text which nobody approved as it stands."""
    having = [one for one in offerings if one.texts.languages]
    approvals = newest([one.id for one in having])
    return {
        one.id
        for one in having
        if not all(text.is_approved for text in standings(one, approvals.get(one.id, {})))
    }


def shown(offerings: Iterable[Offering], language: str) -> Mapping[UUID, Said]:
    """Return what the public reads of each in *language*, or in the first there is; one statement.

    Of whom nothing was approved, there is nothing.
    """
    having = {one.id: one for one in offerings if one.texts.languages}
    found: dict[UUID, Said] = {}
    for one, approvals in newest(having).items():
        there = [tag for tag in having[one].texts.languages if tag in approvals]
        if there:
            found[one] = texts.said(approvals[language if language in there else there[0]].content)
    return found


def _locked(slug: str) -> Offering:
    """Return the offering in use as it stands, with its row locked; NotFound."""
    current = session.current()
    query = select(OfferingRow).where(OfferingRow.slug == slug, OfferingRow.archived_at.is_(None))
    row = current.scalar(query.with_for_update())
    if row is None:
        raise NotFound
    versions = select(OfferingVersion).where(OfferingVersion.offering_id == row.id)
    version = current.scalars(
        versions.order_by(OfferingVersion.valid_from.desc(), OfferingVersion.id.desc()).limit(1)
    ).one()
    return contents.read(row.id, version.id, row.slug, version.content)
