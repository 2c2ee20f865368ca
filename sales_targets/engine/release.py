"""Cash as it comes in releases what a sale is worth, part by part, to the cent."""

from collections.abc import Sequence
from decimal import Decimal

from sales_targets.engine.money import CONTEXT, ZERO, add_up, round_money, share


def releases(
    worth: Sequence[Decimal], payments: Sequence[Decimal], total: Decimal, places: int
) -> list[list[Decimal]]:
    """For each payment in order, what it releases of each part in `worth`.

    `worth` is what the parts of an invoice are credited (sellers and rows, in the company's currency, of
    `places` decimals), `total` and `payments` are what is owed and paid (with taxes, in the account's
    currency; negative where money goes back, and all of them negative for a credit note). What a payment
    releases sums exactly to the share that it pays for, and what is released of a part, once all is paid,
    exactly to its worth; no part of an ordinary invoice is ever released beyond it. Paying more than the
    total releases no more than the whole. Without a total nothing is released.
    """
    net = add_up(worth)
    released = [ZERO] * len(worth)
    found: list[list[Decimal]] = []
    received = done = ZERO
    for payment in payments:
        received = CONTEXT.add(received, payment)
        upto = _due(net, received, total, places)
        if upto == done:
            found.append([ZERO] * len(worth))
            continue
        parts = share(upto - done, _weights(worth, released, net, done, upto), places)
        released = [before + part for before, part in zip(released, parts, strict=True)]
        found.append(parts)
        done = upto
    return found


def _due(net: Decimal, received: Decimal, total: Decimal, places: int) -> Decimal:
    """What `received` of `total` pays for of `net`."""
    if not total:
        return ZERO
    if received.copy_abs() >= total.copy_abs() and (received > 0) == (total > 0):
        return net
    return round_money(CONTEXT.divide(CONTEXT.multiply(net, received), total), places)


def _weights(
    worth: Sequence[Decimal], released: Sequence[Decimal], net: Decimal, done: Decimal, upto: Decimal
) -> Sequence[Decimal]:
    """In which proportion the step from `done` to `upto` is shared.

    Money that comes in goes by what is still open, so that no part exceeds its worth; money that goes back by
    what was released.
    """
    if (upto > done) == (net > 0):
        return [whole - part for whole, part in zip(worth, released, strict=True)]
    return released if done else worth
