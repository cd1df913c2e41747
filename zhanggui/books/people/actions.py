"""Writing, publishing and withdrawing policies, and acknowledging them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from zhanggui.books.people import queries, rules
from zhanggui.books.people.models import Acknowledgement, Policy, PolicyVersion
from zhanggui.ground.kernel.action import action, remember
from zhanggui.ground.kernel.actor import Actor
from zhanggui.ground.kernel.refusal import Refusal, not_yours
from zhanggui.ground.org.models import Area, Post

# Texts are longer than a fact should be: facts keep their digest, the versions keep the words.
WORDS = ("text_zh", "text_en")


def digest_of(version: PolicyVersion) -> str:
    """Return the SHA-256 of a version's words, by which a fact pins what was published or read."""
    said = [version.title_zh, version.title_en, version.text_zh, version.text_en]
    return hashlib.sha256("\0".join(said).encode()).hexdigest()


def _id_of(by: Actor) -> int:
    assert by.person_id is not None, "policies are written and read by people"
    return by.person_id


def _codes(posts: Iterable[Post]) -> list[str]:
    return sorted(post.pk for post in posts)


def _keep_to(area: Area, *, by: Actor) -> None:
    """Refuse an area that is not the actor's: the form offers only his own."""
    if not by.standings(queries.KEEPING, area.pk):
        raise not_yours()


def _why_not_publish(
    version: PolicyVersion, *, in_force_at: datetime | None = None, at: datetime
) -> Refusal | None:
    former = queries.in_force_of(version)
    return rules.why_not_publish(
        version,
        unchanged=former is not None and rules.same_wording(former, version),
        in_force_at=in_force_at,
        at=at,
    )


def _why_not_start(version: PolicyVersion) -> Refusal | None:
    return rules.why_not_start(version, draft=queries.drafted_number(version))


def _why_not_acknowledge(version: PolicyVersion, *, by: Actor, at: datetime) -> Refusal | None:
    return rules.why_not_acknowledge(
        version,
        addressed=queries.owed_at_of(version, person_id=by.person_id, at=at) is not None,
        acknowledged=queries.has_acknowledged(version, person_id=by.person_id),
    )


@action(
    duty="people.policies",
    title=_("Write a policy"),
    said=_("began the policy %(code)s: “%(title_zh)s”"),
    creates=True,
    private=WORDS,
)
def write_policy(
    keeper_area: str | None,
    *,
    code: str,
    area: Area,
    title_zh: str,
    title_en: str = "",
    text_zh: str,
    text_en: str = "",
    posts: Iterable[Post] = (),
    by: Actor,
    at: datetime,
) -> PolicyVersion:
    """Begin a policy with the draft of its first version, for an area and all or some posts."""
    _keep_to(area, by=by)
    if refusal := rules.why_not_code(code, taken=Policy.objects.filter(code=code).exists()):
        raise refusal
    policy = Policy.objects.create(code=code, begun_at=at)
    return PolicyVersion.objects.create(
        policy=policy,
        number=1,
        area=area,
        title_zh=title_zh,
        title_en=title_en,
        text_zh=text_zh,
        text_en=text_en,
        posts=_codes(posts),
        drafted_at=at,
        drafted_by_id=_id_of(by),
    )


@action(
    duty="people.policies",
    title=_("Edit"),
    said=_("edited the draft"),
    guard=rules.why_not_revise,
    private=WORDS,
)
def revise_policy(
    version: PolicyVersion,
    *,
    area: Area,
    title_zh: str,
    title_en: str = "",
    text_zh: str,
    text_en: str = "",
    posts: Iterable[Post] = (),
    by: Actor,
    at: datetime,
) -> PolicyVersion:
    """Change the words of a draft, or to whom it is addressed."""
    _keep_to(area, by=by)
    version.area = area
    version.title_zh, version.title_en = title_zh, title_en
    version.text_zh, version.text_en = text_zh, text_en
    version.posts = _codes(posts)
    version.save()
    return version


@action(
    duty="people.policies",
    title=_("Publish"),
    said=_("published version %(number)s"),
    guard=_why_not_publish,
    since="drafted_at",
    concerns=lambda _version, result: queries.people_concerned(result, at=result.published_at),
)
def publish_policy(
    version: PolicyVersion, *, in_force_at: datetime | None = None, by: Actor, at: datetime
) -> PolicyVersion:
    """Publish a draft in place of the version in force; everybody it is addressed to is told.

    It holds from `in_force_at` (None: at once), its predecessor until then.
    """
    begins = in_force_at or at
    if (former := queries.in_force_of(version)) is not None:
        replace_policy(former, until_at=begins, by=by, at=at)
    version.state = rules.MOVES.to("publish_policy", version.state)
    version.published_at, version.published_by_id = at, by.person_id
    version.in_force_at = begins
    version.save()
    remember(number=version.number, sha256=digest_of(version))
    return version


@action(duty="people.policies", title=_("Replace"), said=_("replaced it by a newer version"))
def replace_policy(
    version: PolicyVersion, *, until_at: datetime, by: Actor, at: datetime
) -> PolicyVersion:
    """Let a version in force end at a moment, because a newer one begins then."""
    version.state = rules.MOVES.to("replace_policy", version.state)
    version.until_at = until_at
    version.save()
    return version


@action(
    duty="people.policies",
    title=_("Withdraw the policy"),
    said=_("withdrew it: %(reason)s"),
    guard=rules.why_not_withdraw,
)
def withdraw_policy(
    version: PolicyVersion, *, reason: str, by: Actor, at: datetime
) -> PolicyVersion:
    """Withdraw a draft or a version in force, saying why; nobody owes its acknowledgement then."""
    version.state = rules.MOVES.to("withdraw_policy", version.state)
    version.until_at, version.reason = at, reason
    version.save()
    return version


@action(
    duty="people.policies",
    title=_("Start a new version"),
    said=_("started version %(number)s"),
    guard=_why_not_start,
    creates=True,
)
def start_new_version(version: PolicyVersion, *, by: Actor, at: datetime) -> PolicyVersion:
    """Begin the draft of the next version with the words of this one."""
    last = PolicyVersion.objects.filter(policy_id=version.policy_id).aggregate(n=Max("number"))
    number = last["n"] + 1
    remember(number=number)
    return PolicyVersion.objects.create(
        policy_id=version.policy_id,
        number=number,
        area_id=version.area_id,
        title_zh=version.title_zh,
        title_en=version.title_en,
        text_zh=version.text_zh,
        text_en=version.text_en,
        posts=version.posts,
        drafted_at=at,
        drafted_by_id=_id_of(by),
    )


@action(
    duty="people.policies_to_read",
    title=_("I have read it"),
    said=_("read and acknowledged version %(number)s"),
    guard=_why_not_acknowledge,
    since=lambda version, by, at: queries.owed_at_of(version, person_id=by.person_id, at=at),
)
def acknowledge_policy(version: PolicyVersion, *, by: Actor, at: datetime) -> Acknowledgement:
    """Say that one has read a version in force and will keep to it."""
    owed_at = queries.owed_at_of(version, person_id=by.person_id, at=at)
    assert owed_at is not None, "the guard lets only people pass who owe it"
    remember(number=version.number, sha256=digest_of(version))
    return Acknowledgement.objects.create(
        version=version, person_id=_id_of(by), owed_at=owed_at, at=at
    )
