"""What billing decides from values alone: how a bill is covered, and what is due."""

from enum import StrEnum

from saas.kernel.money import Money


class Tender(StrEnum):
    """By what a payment is taken at the desk; a card there goes through the clinic's own terminal."""

    CASH = "cash"
    CARD_TERMINAL = "card_terminal"


# Shares of net and tax, in this order.
Shares = tuple[Money, Money]


def covered(net: Money, tax: Money, deposit: Money) -> tuple[Shares, Shares]:
    """Return what the deposit covers of *net* and *tax*, and what is left of them to be owed.

    The net comes first; a deposit above both covers both and no more.
    """
    of_net = min(net, deposit)
    of_tax = min(tax, deposit - of_net)
    return (of_net, of_tax), (net - of_net, tax - of_tax)


def due(total: Money, paid: Money, refunded: Money) -> Money:
    """Return what is still to be paid of *total*; never less than nothing."""
    return max(total - paid + refunded, Money.zero(total.currency))
