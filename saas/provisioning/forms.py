"""The form in which an owner changes an offering: minutes of each part, amounts of each price, a new price.

Its fields follow the version that was opened. An answer is kept by what it is about, so that it survives
somebody else's change: what was not touched takes the other's value.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from babel import Locale
from babel.numbers import NumberFormatError, parse_decimal
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, Field, HiddenField, SelectField, StringField
from wtforms.validators import Length, Optional

from saas.kernel.money import AmountRefused, Money
from saas.provisioning import differing
from saas.provisioning.differing import SCOPE, Content, Scope
from saas.provisioning.drafting import Draft
from saas.provisioning.problems import Problem
from saas.web.forms import Form

LEAST_MINUTES, MOST_MINUTES = 1, 480
LONGEST_ANSWER = 40
# What a path says beyond the part or the price it leads to.
PLACE = re.compile(r"(?<=\])\..*")


@dataclass(frozen=True)
class Shape:
    """What the form asks about: the stored content, and a label for each part and price.

    `labels` say for whom a price is, without its day; `currencies` is each price's (ISO 4217).
    """

    content: Content
    parts: Sequence[str]
    prices: Sequence[str]
    labels: Sequence[str]
    currencies: Sequence[str]

    @property
    def scopes(self) -> list[Scope]:
        """For where, whom and from when each price holds, in the order of the prices."""
        return [differing.scope_of(rule) for rule in self.content.get("prices", ())]

    @property
    def choices(self) -> dict[str, str]:
        """Whom a price can be for, by the number of the first price that is."""
        first: dict[Scope, int] = {}
        for number, scope in enumerate(self.scopes):
            first.setdefault(scope[:-1], number)
        return {str(number): self.labels[number] for number in first.values()}


class ChangeForm(Form):
    """What every such form has; the fields of an offering's own are added by `change_form`."""

    shape: Shape
    version = HiddenField()
    new_amount = StringField(_l("Amount"), [Length(max=LONGEST_ANSWER)])
    new_from = DateField(_l("From"), [Optional()])
    new_for = SelectField(_l("For"), validate_choice=False)

    def minutes(self) -> list[Field]:
        """Return the fields of the parts, in their order."""
        return [self[f"minutes_{number}"] for number in range(len(self.shape.parts))]

    def amounts(self) -> list[Field]:
        """Return the fields of the prices, in their order."""
        return [self[f"price_{number}"] for number in range(len(self.shape.prices))]

    def read(self) -> Draft | None:
        """Return what was answered; None where some of it cannot be read, which then stands beside it."""
        shape = self.shape
        minutes = {number: _minutes(field) for number, field in enumerate(self.minutes())}
        amounts = {
            scope: _amount(field, currency, may_go=scope[-1] is not None)
            for scope, field, currency in zip(shape.scopes, self.amounts(), shape.currencies, strict=True)
        }
        added = self._added()
        return None if self.errors else Draft(cast(Mapping[int, int], minutes), amounts, added)

    def show(self, draft: Draft, slug: str, problems: Sequence[Problem]) -> None:
        """Put what the checks found in the changed configuration beside the fields that bring it."""
        places, own = self._places(draft), f"offerings/{slug}.yaml"
        for problem in problems:
            name = places.get(PLACE.sub("", problem.path)) if problem.file == own else None
            if name:
                _refuse(self[name], _sentence(problem))
            else:
                said = _sentence(problem)
                self.form_errors.append(said if problem.file == own else f"{problem.file}: {said}")

    def _places(self, draft: Draft) -> dict[str, str]:
        """Return the name of the field behind each part and price of the changed offering, by its path."""
        kept = [number for number, scope in enumerate(self.shape.scopes) if draft.amounts.get(scope)]
        prices = [*(f"price_{number}" for number in kept), *("new_amount" for _one in draft.added)]
        parts = {f"segments[{number}]": field.name for number, field in enumerate(self.minutes())}
        return parts | {f"prices[{at}]": name for at, name in enumerate(prices)}

    def _added(self) -> tuple[Mapping[str, str | None], ...]:
        amount, day, shape = (self.new_amount.data or "").strip(), self.new_from.data, self.shape
        if amount and day is None and not self.new_from.errors:
            _refuse(self.new_from, _("From which day on does the new price hold?"))
        if day is not None and not amount:
            _refuse(self.new_amount, _("How much is the new price?"))
        if not amount or day is None or not shape.prices:
            return ()
        chosen = str(self.new_for.data)
        number = int(chosen) if chosen in shape.choices else 0
        said = _amount(self.new_amount, shape.currencies[number], may_go=False)
        rule = dict(zip(SCOPE, shape.scopes[number], strict=True))
        return ({**rule, "amount": said, "since": day.isoformat()},)


def change_form(shape: Shape, **options: Any) -> ChangeForm:
    """Return the form that *shape* asks for; *options* are those of a form."""
    fields: dict[str, Any] = {
        f"minutes_{number}": StringField(label, [Length(max=LONGEST_ANSWER)])
        for number, label in enumerate(shape.parts)
    }
    fields |= {
        f"price_{number}": StringField(label, [Length(max=LONGEST_ANSWER)])
        for number, label in enumerate(shape.prices)
    }
    form: ChangeForm = type("OfferingForm", (ChangeForm,), {**fields, "shape": shape})(**options)
    form.new_for.choices = list(shape.choices.items())
    return form


def filled(shape: Shape, answers: Mapping[str, str | None]) -> dict[str, str]:
    """Return the values of the form's fields: what holds, but for the *answers*, which are by field."""
    parts, prices = shape.content["segments"], shape.content.get("prices", ())
    usual = {f"minutes_{number}": str(one["minutes"]) for number, one in enumerate(parts)}
    usual |= {f"price_{number}": rule["amount"] for number, rule in enumerate(prices)}
    return {
        name: answer if (answer := answers.get(name)) is not None else said for name, said in usual.items()
    }


def kept(answers: Mapping[str, str], seen: Shape, now: Shape) -> dict[str, str]:
    """Return the *answers* to the form of what was *seen* that were not left as they stood, for that of *now*."""
    usual = filled(seen, {})
    touched = {name: said for name, said in answers.items() if name in usual and said.strip() != usual[name]}
    same = differing.is_same_shape(seen.content, now.content)
    places = {scope: number for number, scope in enumerate(now.scopes)}
    found = {name: said for name, said in touched.items() if same and name.startswith("minutes_")}
    for number, scope in enumerate(seen.scopes):
        if f"price_{number}" in touched and scope in places:
            found[f"price_{places[scope]}"] = touched[f"price_{number}"]
    return found


def _minutes(field: Field) -> int | None:
    said = (field.data or "").strip()
    if not (said.isascii() and said.isdigit()):
        _refuse(field, _("Please write the minutes as a whole number, such as 30."))
    elif not LEAST_MINUTES <= int(said[:LONGEST_ANSWER]) <= MOST_MINUTES:
        between = {"least": LEAST_MINUTES, "most": MOST_MINUTES}
        _refuse(field, _("A part takes from %(least)s to %(most)s minutes.", **between))
    else:
        return int(said)
    return None


def _amount(field: Field, currency: str, *, may_go: bool) -> str | None:
    """Return an amount as a file writes it; None where it cannot be read, or where a price is to go."""
    said = (field.data or "").strip()
    if not said and may_go:
        return None
    try:
        if any(character.isalpha() for character in said):  # 1e3, NaN
            raise NumberFormatError(said)
        number = parse_decimal(said, locale=get_locale() or Locale("en"), strict=True)
        money = Money.from_major(number, currency)
    except NumberFormatError:
        _refuse(field, _("Please write an amount in digits, such as 240.00."))
    except AmountRefused:
        finer = _("%(amount)s cannot be paid in %(currency)s: it is finer than a coin.")
        _refuse(field, finer % {"amount": said, "currency": currency})
    else:
        if money.minor > 0:
            return format(money.major, "f")
        _refuse(field, _("A price is more than nothing."))
    return None


def _refuse(field: Field, sentence: str) -> None:
    field.errors = [*field.errors, sentence]


def _sentence(problem: Problem) -> str:
    """Return what a check says, as a sentence of its own."""
    said = problem.message[:1].upper() + problem.message[1:]
    return f"{said}. {_('Expected:')} {problem.expected}." if problem.expected else f"{said}."
