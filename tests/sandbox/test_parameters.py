"""A parameter is kept as Stripe keeps it, or refused, but never ignored."""

from typing import Any

import pytest
import stripe

from saas.sandbox import brackets, refusals, routes, typed
from tests.sandbox.driving import Driver, wanted

PRICE = {"currency": "usd", "unit_amount": 5000, "product_data": {"name": "Deposit"}}


def lines(**changed: Any) -> dict[str, Any]:
    """Return the parameters of a line whose price was changed; None leaves a part out."""
    price = {name: value for name, value in {**PRICE, **changed}.items() if value is not None}
    return {"line_items": [{"quantity": 1, "price_data": price}]}


@pytest.mark.parametrize(
    ("changed", "code", "param"),
    [
        ({"sucess_url": "https://a.example"}, "parameter_unknown", "sucess_url"),
        ({"payment_method_types": ["card"]}, "parameter_unknown", "payment_method_types"),
        (lines(unit_amont=1), "parameter_unknown", "line_items[0][price_data][unit_amont]"),
        (lines(currency=None), "parameter_missing", "line_items[0][price_data][currency]"),
        (lines(unit_amount=None), "parameter_missing", "line_items[0][price_data][unit_amount]"),
        (lines(product_data={}), "parameter_missing", "line_items[0][price_data][product_data]"),
        ({"mode": None}, "parameter_missing", "mode"),
        ({"success_url": None}, "parameter_missing", "success_url"),
        ({"line_items": None}, "parameter_missing", "line_items"),
        ({"mode": "pay"}, None, "mode"),
        ({"mode": ""}, "parameter_invalid_empty", "mode"),
        ({"expires_at": "soon"}, "parameter_invalid_integer", "expires_at"),
        ({"expires_at": 1.5}, "parameter_invalid_integer", "expires_at"),
        ({"line_items": "deposit"}, None, "line_items"),
        ({"mode": {"a": "b"}}, "parameter_invalid_string", "mode"),
        ({"metadata": {"a": {"b": "c"}}}, "parameter_invalid_string", "metadata[a]"),
        ({"success_url": "clinic.example"}, "url_invalid", "success_url"),
        ({"metadata": {f"k{n}": "v" for n in range(51)}}, None, "metadata"),
        ({"metadata": {"a": "v" * 501}}, None, "metadata[a]"),
        (lines(unit_amount=49), "amount_too_small", None),
        (lines(unit_amount=100_000_000), "amount_too_large", None),
        (lines(currency="doubloons"), None, "line_items[0][price_data][currency]"),
        ({"customer": "cus_1"}, refusals.NOT_KEPT, "customer"),
        ({"mode": "setup"}, refusals.NOT_KEPT, None),
        (lines(tax_behavior="inclusive"), refusals.NOT_KEPT, "line_items[0][price_data][tax_behavior]"),
    ],
)
def test_a_parameter_that_does_not_fit_is_refused(
    clinic: Driver, changed: dict[str, Any], code: str | None, param: str | None
) -> None:
    params = {name: value for name, value in wanted(**changed).items() if value is not None}
    with pytest.raises(stripe.InvalidRequestError) as refused:
        clinic.client().v1.checkout.sessions.create(params)
    assert (refused.value.http_status, refused.value.code) == (400, code)
    assert param is None or refused.value.param == param
    assert clinic.record()["checkout.session"] == []


def test_every_kept_parameter_is_one_the_library_knows() -> None:
    for route in routes.ROUTES:
        assert {name.split(".")[0] for name in route.kept} <= typed.names(route.declared), route


def test_options_of_a_call_are_no_parameters() -> None:
    assert not typed.names("RefundCreateParams") & {"api_key", "idempotency_key", "stripe_account"}


def test_parameters_of_lists_are_held_against_the_library_too(clinic: Driver) -> None:
    for given in ({"limt": 5}, {"limit": 0}, {"limit": 101}, {"created": {"after": 5}}):
        with pytest.raises(stripe.InvalidRequestError):
            clinic.client().v1.refunds.list(given)


def test_only_what_can_be_expanded_is(clinic: Driver) -> None:
    for path in (
        "customer",
        "line_items.price",
        "payment_intent.latest_charge.payment_intent.latest_charge.x",
    ):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            clinic.client().v1.checkout.sessions.retrieve(clinic.paid().id, {"expand": [path]})
        assert refused.value.param == "expand"


def test_an_address_that_is_not_kept_says_so(clinic: Driver) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="POST /v1/customers") as refused:
        clinic.client().v1.customers.create()
    assert refused.value.http_status == 404


def test_names_in_brackets_nest() -> None:
    assert brackets.read("a[b][0][c]=1&a[b][1][c]=2&d=3") == {
        "a": {"b": {"0": {"c": "1"}, "1": {"c": "2"}}}, "d": "3",
    }  # fmt: skip
    assert brackets.read("expand[]=a&expand[]=b") == {"expand": {"0": "a", "1": "b"}}


@pytest.mark.parametrize("text", ["a=1&a[b]=2", "a[b]=1&a=2", "[a]=1", "a[b=1", "a" + "[b]" * 11 + "=1"])
def test_names_in_broken_brackets_are_refused(text: str) -> None:
    with pytest.raises(refusals.Refusal):
        brackets.read(text)
