"""Any sequence of deeds leaves the books as the simplest possible book-keeper would have them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import audited
from zhanggui.ground.kernel.action import joining_transaction
from zhanggui.ground.kernel.actor import CLOCKWORK
from zhanggui.ground.kernel.audit import AUDITS
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.ledger.actions import (
    correct_transfer,
    post_pending,
    transfer_many,
    void_pending,
)
from zhanggui.ground.ledger.models import Transfer
from zhanggui.ground.ledger.queries import balances, left_to_correct, trial_balance
from zhanggui.ground.ledger.rules import Balance, Entry, Phase

NAMES = ("bag", "safe", "sales", "coupons")
names = st.sampled_from(NAMES)
amounts = st.integers(1, 12)
moves = st.tuples(st.just("move"), names, names, amounts, st.booleans())
batches = st.tuples(st.just("batch"), st.lists(moves, min_size=1, max_size=3))
ends = st.tuples(st.sampled_from(["post", "void", "correct"]), st.integers(0, 9), amounts)


@dataclass
class Clerk:
    """Keeps four numbers per account, and remembers what is pending and what may be taken back."""

    posted: dict[str, list[int]] = field(default_factory=lambda: {n: [0, 0] for n in NAMES})
    pending: dict[str, list[int]] = field(default_factory=lambda: {n: [0, 0] for n in NAMES})

    def copy(self) -> Clerk:
        return Clerk(
            {n: list(v) for n, v in self.posted.items()},
            {n: list(v) for n, v in self.pending.items()},
        )

    def move(self, debit: str, credit: str, fen: int, *, pending: bool = False) -> bool:
        """Move it if both accounts can bear it; tell whether they could."""
        if debit == credit:
            return False
        if debit == "coupons":
            posted, waiting = self.posted[debit], self.pending[debit]
            if posted[0] + waiting[0] + fen > posted[1]:
                return False
        if credit in {"bag", "safe"}:
            posted, waiting = self.posted[credit], self.pending[credit]
            if posted[1] + waiting[1] + fen > posted[0]:
                return False
        book = self.pending if pending else self.posted
        book[debit][0] += fen
        book[credit][1] += fen
        return True

    def release(self, debit: str, credit: str, fen: int) -> None:
        self.pending[debit][0] -= fen
        self.pending[credit][1] -= fen

    def balance(self, name: str) -> Balance:
        return Balance(*self.posted[name], *self.pending[name])


class Run:
    """The clerk and the ledger side by side."""

    def __init__(self, books: Any, at: datetime) -> None:
        self.clerk = Clerk()
        self.accounts = {name: getattr(books, name) for name in NAMES}
        self.by_pk = {account.pk: name for name, account in self.accounts.items()}
        self.act = {"by": CLOCKWORK, "at": at}

    def names_of(self, transfer: Transfer) -> tuple[str, str]:
        return self.by_pk[transfer.debit_id], self.by_pk[transfer.credit_id]

    def batch(self, moves: list[Any]) -> None:
        entries = [
            Entry(self.accounts[d].pk, self.accounts[c].pk, fen, "move", pending=pending)
            for _, d, c, fen, pending in moves
        ]
        clerk = self.clerk.copy()
        fits = all(clerk.move(d, c, fen, pending=p) for _, d, c, fen, p in moves)
        assert fits == self.done(transfer_many, None, entries=entries)
        if fits:
            self.clerk = clerk

    def end(self, verb: str, number: int, fen: int) -> None:
        rows = list(Transfer.objects.order_by("pk"))
        if not rows:
            return
        transfer = rows[number % len(rows)]
        debit, credit = self.names_of(transfer)
        if verb == "correct":
            self.correct(transfer, fen)
            return
        open_still = transfer.phase == Phase.PENDING and not any(
            row.pending_id == transfer.pk for row in rows
        )
        if verb == "post":
            fits = open_still and fen <= transfer.amount_fen
            assert fits == self.done(post_pending, transfer, amount_fen=fen)
        else:
            fits = open_still
            assert fits == self.done(void_pending, transfer)
        if fits:
            self.clerk.release(debit, credit, transfer.amount_fen)
        if fits and verb == "post":
            self.clerk.posted[debit][0] += fen
            self.clerk.posted[credit][1] += fen

    def correct(self, transfer: Transfer, fen: int) -> None:
        debit, credit = self.names_of(transfer)
        stands = transfer.phase in {Phase.POSTED, Phase.POSTING}
        fits = stands and fen <= left_to_correct(transfer) and self.clerk.move(credit, debit, fen)
        assert fits == self.done(correct_transfer, transfer, amount_fen=fen, memo="x")

    def done(self, act: Any, record: Any, **values: Any) -> bool:
        why = act.why_not(record, **values, **self.act)
        try:
            with transaction.atomic():
                act(record, **values, **self.act)
        except Refusal as no:
            assert why is not None
            assert why.code == no.code
            return False
        assert why is None
        return True


@pytest.mark.slow
@pytest.mark.django_db
@given(steps=st.lists(st.one_of(moves, batches, ends), max_size=14))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_books_agree_with_the_simplest_book_keeper(books: Any, at: datetime, steps: Any) -> None:
    with transaction.atomic(), joining_transaction():
        run = Run(books, at)
        for step in steps:
            if step[0] == "move":
                run.batch([step])
            elif step[0] == "batch":
                run.batch(step[1])
            else:
                run.end(*step)
        sums = balances(run.accounts.values())
        assert {n: sums[a.pk] for n, a in run.accounts.items()} == {
            name: run.clerk.balance(name) for name in NAMES
        }
        trial = trial_balance()
        assert trial.debits_posted == trial.credits_posted
        assert audited.breaches(AUDITS) == []
        transaction.set_rollback(True)
