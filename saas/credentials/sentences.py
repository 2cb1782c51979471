"""What a decision says, by the code of its reason. Patients and owners read these."""

from collections.abc import Mapping
from datetime import date

from saas.credentials.vocabulary import ACTS, PROFESSIONS
from saas.kernel.errors import Reason
from saas.kernel.text import N_, Phrase
from saas.practice.bodies import Use

SENTENCES = {
    "scope_no_rule": N_(
        "For %(act)s in %(place)s no rule is known here; the clinic has to look at the case."
    ),
    "scope_not_listed": N_("In %(place)s %(profession)s may not perform %(act)s."),
    "scope_prohibited": N_("In %(place)s %(profession)s may not perform %(act)s."),
    "scope_prohibited_because": N_("In %(place)s %(profession)s may not perform %(act)s: %(because)s."),
    "scope_by_case": N_(
        "Whether %(profession)s may perform %(act)s in %(place)s is for the clinic to look at."
    ),
    "scope_by_case_because": N_(
        "Whether %(profession)s may perform %(act)s in %(place)s is for the clinic to look at: %(because)s."
    ),
    "scope_unsourced": N_(
        "What holds for %(act)s in %(place)s has no source; the clinic has to look at the case."
    ),
    "scope_too_deep": N_("%(depth)s mm is planned; in %(place)s %(profession)s may needle to %(limit)s mm."),
    "scope_too_deep_for_device": N_("%(depth)s mm is planned; %(device)s was evaluated to %(limit)s mm."),
    "scope_too_deep_for_clinic": N_("%(depth)s mm is planned; the clinic needles to %(limit)s mm."),
    "label_site": N_(
        "The label of %(device)s does not have %(use)s; the clinic has to answer for that use first."
    ),
    "label_unconsented": N_(
        "The label of %(device)s does not have %(use)s, and no clause of the treatment has patients consent to it."
    ),
    "label_site_unsaid": N_(
        "Where on the body %(device)s is used is not said, and its label depends on that."
    ),
    "scope_no_depth": N_("How deep the needles go is not planned, and in %(place)s it depends on that."),
    "scope_depth_open": N_(
        "To which depth %(profession)s may needle in %(place)s is not established, nor has the clinic attested it."
    ),
    "exam_by_others": N_("%(name)s is not of a profession whose examination counts in %(place)s."),
    "no_profession": N_("%(name)s has no profession on record."),
    "licence_missing": N_("%(name)s has no license as %(profession)s in %(place)s on record."),
    "licence_ended": N_("%(name)s's license as %(profession)s ends on %(day)s."),
    "licence_not_begun": N_("%(name)s's license as %(profession)s begins on %(day)s."),
    "licence_unverified": N_("Nobody has verified %(name)s's license as %(profession)s yet."),
    "licence_suspended": N_("%(name)s's license as %(profession)s is suspended or revoked."),
    "licence_too_young": N_(
        "In %(place)s %(profession)s performs %(act)s after %(years)d years with a license;"
        " %(name)s has it since %(day)s."
    ),
    "licence_years_elsewhere": N_(
        "Whether %(name)s's years with a license elsewhere count in %(place)s is for the clinic to look at."
    ),
    "training_missing": N_("%(name)s has no training in %(act)s on record."),
    "training_ended": N_("%(name)s's certificate of training in %(act)s ends on %(day)s."),
    "training_not_begun": N_("%(name)s's training in %(act)s begins to count on %(day)s."),
    "training_unverified": N_("Nobody has verified %(name)s's training in %(act)s yet."),
    "training_suspended": N_("%(name)s's training in %(act)s is suspended or revoked."),
    "training_short": N_("%(name)s has %(have)d of the %(needed)d %(kind)s hours that %(act)s asks for."),
    "training_begun": N_("%(name)s has begun the training in %(act)s; the clinic has to look at the case."),
    "training_open": N_(
        "How many %(kind)s hours %(act)s asks for in %(place)s is not established, nor has the clinic attested it."
    ),
    "training_sessions_short": N_(
        "%(name)s has %(have)d of the %(needed)d supervised sessions that %(act)s asks for."
    ),
    "training_exam_missing": N_("%(name)s has no examination in %(act)s on record."),
    "registration_missing": N_("%(name)s is not registered for %(act)s in %(place)s."),
    "registration_ended": N_("%(name)s's registration for %(act)s ends on %(day)s."),
    "registration_not_begun": N_("%(name)s's registration for %(act)s begins on %(day)s."),
    "registration_unverified": N_("Nobody has verified %(name)s's registration for %(act)s yet."),
    "registration_suspended": N_("%(name)s's registration for %(act)s is suspended or revoked."),
    "certificate_missing": N_("%(name)s has no %(code)s certificate on record."),
    "certificate_ended": N_("%(name)s's %(code)s certificate ends on %(day)s."),
    "certificate_not_begun": N_("%(name)s's %(code)s certificate begins on %(day)s."),
    "certificate_unverified": N_("Nobody has verified %(name)s's %(code)s certificate yet."),
    "certificate_suspended": N_("%(name)s's %(code)s certificate is suspended or revoked."),
    "supervision_open": N_(
        "That %(profession)s is supervised for %(act)s as %(place)s asks for is not attested by the clinic."
    ),
    "supervisor_missing": N_(
        "In %(place)s %(profession)s performs %(act)s under supervision; the clinic has named nobody for %(name)s."
    ),
    "supervisor_other_profession": N_(
        "%(supervisor)s is named to supervise, but in %(place)s may not supervise %(profession)s for %(act)s."
    ),
    "supervision_unwritten": N_(
        "In %(place)s %(profession)s performs %(act)s under a written %(writing)s; there is none of %(supervisor)s."
    ),
    "supervisor_unlicensed": N_(
        "%(supervisor)s is named to supervise %(profession)s for %(act)s, but has no license in %(place)s on that day."
    ),
    "not_attested": N_("The clinic has not attested what holds for %(act)s in %(place)s."),
    "attested_earlier": N_("What holds for %(act)s in %(place)s changed since the clinic attested it."),
    "statement_open": N_("The clinic has not attested this yet: %(statement)s"),
    "clinic_prohibits": N_("The clinic does not let %(profession)s perform %(act)s."),
    "clinic_reviews": N_("The clinic looks at each case in which %(profession)s would perform %(act)s."),
}
HOURS = {
    "total": N_("training"),
    "in_person": N_("in-person"),
    "didactic": N_("didactic"),
    "practical": N_("practical"),
    "prerequisite": N_("prerequisite"),
}


USES: Mapping[str, str] = {
    Use.FACE: N_("the face"), Use.SCALP: N_("the scalp"), Use.NECK: N_("the neck"), Use.CHEST: N_("the chest"),
    Use.ABDOMEN: N_("the abdomen"), Use.BACK: N_("the back"), Use.ARMS: N_("the arms"),
    Use.HANDS: N_("the hands"), Use.LEGS: N_("the legs"), Use.FEET: N_("the feet"),
    Use.UNDER_AGE: N_("people so young"),
}  # fmt: skip


def reason(code: str, /, **params: object) -> Reason:
    """Return the reason *code*, its acts, professions and days in words."""
    return Reason(code, SENTENCES[code], {name: _said(name, value) for name, value in params.items()})


def _said(name: str, value: object) -> object:
    words: Mapping[str, Mapping[str, str]] = {
        "act": ACTS,
        "profession": PROFESSIONS,
        "kind": HOURS,
        "use": USES,
    }
    if name in words:
        return Phrase(words[name].get(str(value), str(value).replace("_", " ")))
    return f"{value.day} {value:%B} {value.year}" if isinstance(value, date) else value
