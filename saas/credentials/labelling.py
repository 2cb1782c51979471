"""Whether a device is used as its label says: on which part of the body. Pure.

Off-label use is not forbidden; the clinic answers for it, once for each model and use, and patients consent to it by
a clause that names the use. Until both are there it is for review. Of a device whose label nobody entered nothing is
asked.
"""

from collections.abc import Iterator

from saas.credentials.circumstances import Act, Circumstances, Device, Policy
from saas.credentials.requirements import Finding
from saas.credentials.sentences import reason
from saas.credentials.vocabulary import Verdict


def of(act: Act, it: Circumstances) -> Iterator[Finding]:
    """Yield what of *act* no label has that a device would need, and nobody answers for."""
    for device in it.devices:
        for site in act.sites if device.sites else ():
            code = _amiss(device, site, act, it)
            if code:
                yield Finding(Verdict.REVIEW, reason(code, device=device.model or device.name, use=site))


def is_answered(model: str, use: str, clauses: tuple[str, ...], policy: Policy) -> bool:
    """Whether the clinic answers for an off-label *use* of *model*, and patients consent to it by one of *clauses*."""
    return (model, use) in policy.off_label and use in clauses


def _amiss(device: Device, site: str, act: Act, it: Circumstances) -> str:
    if not site:
        return "label_site_unsaid"
    if site in device.sites or is_answered(device.model, site, act.off_label, it.policy):
        return ""
    return "label_unconsented" if (device.model, site) in it.policy.off_label else "label_site"
