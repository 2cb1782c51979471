"""The roles of a visit as it was booked: by its versions, its variant and the examination that comes first. Pure."""

from collections.abc import Mapping
from uuid import UUID

from saas.catalogue import composing, exam_inside, examining, varying
from saas.catalogue.composing import Need
from saas.catalogue.contents import Offering
from saas.scheduling.touched import Performed


def roles(row: Performed, versions: Mapping[UUID, Offering]) -> list[Need]:
    """Return what whoever fills each role of the visit must be allowed."""
    base, *add_ons = (versions[one] for one in row.versions)
    booked = exam_inside.put(varying.as_known(base, row.variant), examining.read_exam(row.exam))
    return composing.roles(segment for one in (booked, *add_ons) for segment in one.segments)
