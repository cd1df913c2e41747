"""A member's account: what there is, password and devices, and all his data to take or erase."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhanggui.books.customers import personal
from zhanggui.books.customers import queries as members
from zhanggui.books.customers.actions.accounts import (
    erase_customer,
    export_data,
    rename_customer,
)
from zhanggui.books.customers.actions.signing import set_member_password, sign_out
from zhanggui.books.customers.actor import MemberActor
from zhanggui.books.customers.models import Customer, SignIn
from zhanggui.books.customers.personal import Section
from zhanggui.books.customers.rules.accounts import why_not_password
from zhanggui.books.customers.rules.door import is_proved
from zhanggui.books.wanted import queries as wanted
from zhanggui.faces.shop.pages.frame import (
    NEVER_KEPT,
    forget_orders,
    keep_address,
    keep_member,
    show,
    sign_in_on,
)
from zhanggui.faces.shop.pages.signing import sign_in_page
from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import moment_of
from zhanggui.ground.desk.templatetags.desk import moment
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.org.adapter import company_name
from zhanggui.trade.orders.queries.personal import orders_of_phone

OWN = "the member signed in on this device"

MESSAGES_SHOWN = 5
"""Messages on the first page of an account: what he was told lately."""


def _see(name: str, done: str = "") -> HttpResponse:
    response = HttpResponseRedirect(reverse(name) + (f"?{done}=1" if done else ""))
    response.status_code = 303
    return response


def show_account(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Return a page of the account; none of them is kept anywhere."""
    return show(
        request, f"shop/account/{template}", context, status=status, cache=NEVER_KEPT, quiet=True,
        tab="account",
    )  # fmt: skip


@page("public", scope=OWN)
def overview(request: HttpRequest) -> HttpResponse:
    """Show what an account holds, and what its member was told lately."""
    sign_in = sign_in_on(request)
    if sign_in is None:
        return sign_in_page(request)
    member = sign_in.customer
    requests = wanted.requests_of_phone(member.phone_key)
    reminders = wanted.reminders_of_phone(member.phone_key)
    told = members.messages_of(member.phone_key, most=MESSAGES_SHOWN)
    context = {
        "member": member,
        "orders_n": orders_of_phone(member.phone_key).count(),
        "addresses_n": len(members.addresses_of(member)),
        "requests_n": len(requests),
        "requests_open": sum(one.is_open for one in requests),
        "reminders_n": sum(one.state == "waiting" for one in reminders),
        "messages": [(one.made_at, members.text_of(one)) for one in told],
    }
    return show_account(request, "overview.html", context)


# --- password and devices ------------------------------------------------------------------------


@page("public", methods=("GET", "POST"), scope=OWN)
def security(request: HttpRequest) -> HttpResponse:
    """Set a password, and sign devices out."""
    sign_in = sign_in_on(request)
    if sign_in is None:
        return sign_in_page(request)
    errors: dict[str, Refusal] = {}
    if request.method == "POST":
        try:
            return _secured(request, sign_in)
        except Refusal as no:
            errors[str(no.data.get("field", "")) or "all"] = no
    member, at = sign_in.customer, moment_of(request)
    context = {
        "member": member,
        "here": sign_in,
        "devices": members.sign_ins_of(member, at=at),
        "proved": is_proved(sign_in, at=at),
        "errors": errors,
    }
    status = next((no.status for no in errors.values()), 200)
    return show_account(request, "security.html", context, status=status)


def _secured(request: HttpRequest, sign_in: SignIn) -> HttpResponse:
    by, at = MemberActor(sign_in.customer_id), moment_of(request)
    if request.POST.get("step") == "device":
        pk = request.POST.get("device", "")
        mine = {str(one.pk): one for one in members.sign_ins_of(sign_in.customer, at=at)}
        if pk in mine:
            sign_out(mine[pk], by=by, at=at)
        if pk == str(sign_in.pk):
            return keep_member(_see("shop:sign_in", "out"), "")
        return _see("shop:security", "out")
    typed = request.POST.get("password", "")
    no = set_member_password.why_not(sign_in.customer, by=by, at=at, sign_in=sign_in)
    if refusal := no or why_not_password(members.password_problem(typed)):
        raise refusal
    set_member_password(
        sign_in.customer, password_hash=make_password(typed), sign_in=sign_in, by=by, at=at
    )
    return _see("shop:security", "set")


# --- all his data --------------------------------------------------------------------------------


@page("public", methods=("GET", "POST"), scope=OWN)
def data(request: HttpRequest) -> HttpResponse:
    """Change the name, take all data along, or have it erased."""
    sign_in = sign_in_on(request)
    if sign_in is None:
        return sign_in_page(request)
    errors: dict[str, Refusal] = {}
    step = request.POST.get("step", "") if request.method == "POST" else ""
    try:
        if step == "name":
            return _renamed(request, sign_in)
        if step == "export":
            return _exported(request, sign_in)
        if step == "erase":
            return _erased(request, sign_in)
    except Refusal as no:
        errors[step] = no
    member, at = sign_in.customer, moment_of(request)
    by = MemberActor(member.pk)
    held = personal.held_of(members.subject_of(member))
    context = {
        "member": member,
        "proved": is_proved(sign_in, at=at),
        "held": [(section.title, len(section.rows)) for section in held if section.rows],
        "stands_in_the_way": erase_customer.why_not(member, by=by, at=at),
        "errors": errors,
        "languages": settings.LANGUAGES,
    }
    status = next((no.status for no in errors.values()), 200)
    return show_account(request, "data.html", context, status=status)


def _renamed(request: HttpRequest, sign_in: SignIn) -> HttpResponse:
    language = request.POST.get("language", "")
    known = language in dict(settings.LANGUAGES)
    rename_customer(
        sign_in.customer,
        name=request.POST.get("name", "")[:200],
        language=language if known else sign_in.customer.language,
        by=MemberActor(sign_in.customer_id),
        at=moment_of(request),
    )
    return _see("shop:data", "named")


def _erased(request: HttpRequest, sign_in: SignIn) -> HttpResponse:
    """Erase the member; nothing on this device knows him any more either."""
    if request.POST.get("sure") != "1":
        raise not_sure()
    erase_customer(
        sign_in.customer,
        sign_in=sign_in,
        by=MemberActor(sign_in.customer_id),
        at=moment_of(request),
    )
    response = _see("shop:sign_in", "erased")
    keep_address(forget_orders(response), "")
    return keep_member(response, "")


def not_sure() -> Refusal:
    """Return the answer to an erasure without the tick: it cannot be taken back."""
    return Refusal(
        "not_sure",
        _("Nothing has been erased: the tick is missing."),
        settles=_("Set it if you are sure. What is erased cannot be brought back."),
        status=422,
    )


def _exported(request: HttpRequest, sign_in: SignIn) -> HttpResponse:
    """Return everything the house holds about the member: for programs, and for reading."""
    member, at = sign_in.customer, moment_of(request)
    held = personal.held_of(members.subject_of(member))
    count = sum(len(section.rows) for section in held)
    export_data(member, sign_in=sign_in, records=count, by=MemberActor(member.pk), at=at)
    packed = io.BytesIO()
    stamp = timezone.localtime(at)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", _as_json(member, held, at=at))
        archive.writestr("data.html", _as_page(request, member, held, at=at))
    response = HttpResponse(packed.getvalue(), content_type="application/zip")
    name = f"{member.number}-{stamp:%Y%m%d-%H%M}.zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = NEVER_KEPT
    return response


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, bool | int | float) or value is None else str(value)


def _as_json(member: Customer, held: Sequence[Section], *, at: datetime) -> str:
    """Return the data as JSON: sections by code, rows by key; moments with their offset."""
    sections = {
        section.code: [{k: _plain(v) for k, v in row.items()} for row in section.rows]
        for section in held
    }
    head = {"company": company_name(), "member": member.number, "made_at": _plain(at)}
    return json.dumps({**head, "data": sections}, ensure_ascii=False, indent=1)


def _as_page(
    request: HttpRequest, member: Customer, held: Sequence[Section], *, at: datetime
) -> str:
    """Return the data as one page to read, which needs nothing from anywhere."""
    sections = [
        {
            "title": section.title,
            "heads": [title for _key, title in section.columns],
            "rows": [[_said(row[key]) for key, _title in section.columns] for row in section.rows],
        }
        for section in held
    ]
    context = {
        "company": company_name(),
        "number": member.number,
        "at": at,
        "sections": sections,
        "language": "en" if get_language() == "en" else "zh-Hans",
    }
    return render_to_string("shop/account/export.html", context, request=request)


def _said(value: Any) -> str:
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, bool):
        return "✓" if value else ""
    return "" if value is None else str(value)
