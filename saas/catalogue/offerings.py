"""Offerings: put, archived, read. The current version is a query; reading goes through the cache.

What is booked by itself and what is only added to it are asked for apart, so that no list of what can be
booked ever offers an add-on.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from saas.catalogue import adding, contents, naming
from saas.catalogue.contents import Offering, OfferingKind
from saas.catalogue.models import OfferingRow, OfferingVersion
from saas.db import session, versioned
from saas.kernel import ids
from saas.kernel.errors import NotFound
from saas.kernel.text import N_
from saas.practice import putting

_CURRENT = """
SELECT DISTINCT ON (o.id) o.id, v.id AS version_id, o.slug, v.content
FROM offerings o JOIN offering_versions v ON v.tenant_id = o.tenant_id AND v.offering_id = o.id
WHERE o.tenant_id = %(tenant)s AND o.archived_at IS NULL
ORDER BY o.id, v.valid_from DESC, v.id DESC
"""
_VERSIONS = f"""
SELECT o.id, v.id AS version_id, {naming.OWN} AS slug, v.content, {naming.NOW} AS now
FROM offering_versions v JOIN offerings o ON o.tenant_id = v.tenant_id AND o.id = v.offering_id
WHERE v.tenant_id = %(tenant)s AND v.id = ANY(%(versions)s)
"""


def put(slug: str, content: Mapping[str, Any]) -> tuple[UUID, bool]:
    """Let offering *slug* say *content* from now on; a new version only where that is new."""
    current = session.current()
    found = select(OfferingRow).where(OfferingRow.slug == slug)
    row = current.scalar(found.order_by(*putting.newest_first(OfferingRow)).limit(1))
    if row is None:
        row = OfferingRow(id=ids.new(), slug=slug, archived_at=None)
        current.add(row)
        current.flush()
    revived, row.archived_at = row.archived_at is not None, None
    newest = current.scalar(
        select(OfferingVersion).where(OfferingVersion.offering_id == row.id)
        .order_by(OfferingVersion.valid_from.desc(), OfferingVersion.id.desc()).limit(1)
    )  # fmt: skip
    if newest is not None and newest.content == dict(content):
        return row.id, revived
    names = naming.meant(content, naming.read())
    current.add(OfferingVersion(id=ids.new(), offering_id=row.id, content=dict(content), names=names))
    current.flush()
    return row.id, True


def bring(
    wanted: Mapping[UUID, tuple[str, Mapping[str, Any]]], gone: Iterable[UUID], now: datetime,
    fresh: Collection[UUID] = (),
) -> None:  # fmt: skip
    """Let the offerings in *wanted* have this slug and say this from now on, and archive *gone*.

    A new version only where what it says is new, or means another thing by the same word. What is archived
    revives; booked visits keep theirs. *fresh* are new.
    """
    putting.bring(OfferingRow, {one: {"slug": slug} for one, (slug, _) in wanted.items()}, gone, now, fresh)
    if not wanted:
        return
    current = session.current()
    newest = (
        select(OfferingVersion.offering_id, OfferingVersion.content, OfferingVersion.names)
        .where(OfferingVersion.offering_id.in_(wanted))
        .ext(distinct_on(OfferingVersion.offering_id))
        .order_by(OfferingVersion.offering_id, OfferingVersion.valid_from.desc(), OfferingVersion.id.desc())
    )
    said, known = {row[0]: (row[1], row[2]) for row in current.execute(newest)}, naming.read()
    for one, (_, content) in wanted.items():
        wording = (dict(content), naming.meant(content, known))
        if said.get(one) != wording:
            current.add(OfferingVersion(id=ids.new(), offering_id=one, content=wording[0], names=wording[1]))
    current.flush()


def archive_missing(kept: set[UUID], now: datetime) -> list[str]:
    """Archive the offerings that are not *kept*; return their slugs. Booked visits keep theirs."""
    rows = session.current().scalars(select(OfferingRow).where(OfferingRow.archived_at.is_(None)))
    gone = [row for row in rows if row.id not in kept]
    for row in gone:
        row.archived_at = now
    return [row.slug for row in gone]


def list_current(config_version: int) -> Mapping[str, Offering]:
    """Return the offerings in use that are booked by themselves, by slug and in the order of their slugs."""
    return _in_use(config_version)[OfferingKind.VISIT]


def list_add_ons(config_version: int) -> Mapping[str, Offering]:
    """Return the add-ons in use, by slug and in the order of their slugs."""
    return _in_use(config_version)[OfferingKind.ADD_ON]


def get(slug: str, config_version: int) -> Offering:
    """Return the offering in use that is booked by itself; NotFound."""
    found = list_current(config_version).get(slug)
    if found is None:
        raise NotFound(N_("There is no treatment %(slug)s."), slug=slug)
    return found


def add_ons_of(base: Offering, location: str, config_version: int) -> tuple[Offering, ...]:
    """Return the add-ons in use that *base* has at *location* (a slug), in the order in which it names them."""
    known = list_add_ons(config_version)
    found = (known.get(join.offering) for join in base.add_ons)
    return tuple(one for one in found if one is not None and location in one.locations)


def get_add_ons(
    base: Offering, slugs: Sequence[str], location: str, config_version: int
) -> tuple[Offering, ...]:
    """Return the add-ons *slugs* of *base* at *location* (a slug), in the order in which it names them.

    AddOnRefused where one is not to be had there, or they do not go together.
    """
    here = {add_on.slug: add_on for add_on in add_ons_of(base, location, config_version)}
    missing = next((slug for slug in slugs if slug not in here), None)
    if missing is not None:
        raise adding.not_offered(base, missing)
    return tuple(here[join.offering] for join in adding.require(base, slugs))


def get_version(version_id: UUID) -> Offering:
    """Return the version that something was booked with; NotFound."""
    found = get_versions([version_id]).get(version_id)
    if found is None:
        raise NotFound
    return found


def get_versions(version_ids: Collection[UUID]) -> Mapping[UUID, Offering]:
    """Return those of the versions that there are, by their ids; one statement, none for none.

    What they name goes by the slugs of today, so that it is found among what is in use.
    """
    if not version_ids:
        return {}
    current = session.current()
    current.flush()
    values = {"tenant": current.tenant_id, "versions": list(version_ids)}
    rows = current.connection().exec_driver_sql(_VERSIONS, values)
    return {
        row.version_id: contents.read(row.id, row.version_id, row.slug, naming.renamed(row.content, row.now))
        for row in rows
    }


def _in_use(config_version: int) -> Mapping[OfferingKind, Mapping[str, Offering]]:
    return versioned.read("offerings", config_version, _load)


def _load() -> Mapping[OfferingKind, Mapping[str, Offering]]:
    current = session.current()
    rows = current.connection().exec_driver_sql(_CURRENT, {"tenant": current.tenant_id})
    found = [contents.read(row.id, row.version_id, row.slug, row.content) for row in rows]
    ordered = sorted(found, key=lambda offering: offering.slug)
    return {kind: {one.slug: one for one in ordered if one.kind is kind} for kind in OfferingKind}
