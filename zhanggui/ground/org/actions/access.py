"""A person's own access: password, second proofs; and personnel's help when a phone is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.utils.translation import gettext_lazy as _

from zhanggui.ground.kernel.action import action
from zhanggui.ground.kernel.actor import Actor, Standing
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.org.models import Person

OWN_ACCESS = "org.own_access"


@dataclass(frozen=True, slots=True)
class Oneself:
    """A person seeing to his own access: for that he needs no post, and may do nothing else."""

    person: Person
    kind: str = "person"

    @property
    def person_id(self) -> int | None:
        """The person's id."""
        return self.person.pk

    def standings(self, duty: str, record: object) -> Sequence[Standing]:
        """Return the one standing everyone has: towards himself, for his own access."""
        own = isinstance(record, Person) and record.pk == self.person.pk
        return (Standing(None, "", ""),) if own and duty == OWN_ACCESS else ()


@action(
    duty=OWN_ACCESS,
    title=_("Change my password"),
    said=_("changed the password"),
    private=("password",),
)
def change_own_password(person: Person, *, password: str, by: Actor, at: datetime) -> Person:
    """Give oneself a new password; every other session ends with the old one."""
    person.set_password(password)
    person.save()
    return person


@action(
    duty=OWN_ACCESS,
    title=_("Set up another proof"),
    said=_("set up another proof for signing in"),
)
def add_own_proof(person: Person, *, proof: str, by: Actor, at: datetime) -> Person:
    """Note that a person added a code app, a passkey or recovery codes."""
    return person


@action(
    duty=OWN_ACCESS,
    title=_("Take a proof away"),
    said=_("took a proof for signing in away"),
)
def remove_own_proof(person: Person, *, proof: str, by: Actor, at: datetime) -> Person:
    """Note that a person removed a code app or a passkey."""
    return person


def why_not_clear_proofs(person: Person) -> Refusal | None:
    """Return why there is nothing to clear."""
    if Authenticator.objects.filter(user=person).exists():
        return None
    return Refusal(
        "no_proofs",
        _("This person signs in with the password alone."),
        settles=_("If the password is lost, set a new one."),
    )


@action(
    duty="org.people",
    title=_("Clear second proofs"),
    said=_("cleared the second proofs for signing in"),
    guard=why_not_clear_proofs,
)
def clear_proofs(person: Person, *, by: Actor, at: datetime) -> Person:
    """Remove code app, passkeys and recovery codes of a person who has lost them; end sessions."""
    Authenticator.objects.filter(user=person).delete()
    for session in UserSession.objects.filter(user=person):
        session.end()
    return person
