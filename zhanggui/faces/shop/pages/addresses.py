"""The addresses a member keeps: listed, added by the same reader as at the checkout, changed."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from zhanggui.books.customers.actions.accounts import (
    change_address,
    prefer_address,
    remove_address,
    save_address,
)
from zhanggui.books.customers.actor import MemberActor
from zhanggui.books.customers.models import Customer, SavedAddress
from zhanggui.books.customers.queries import address_of, addresses_of, key_of
from zhanggui.books.customers.rules.accounts import ADDRESSES_MAX, LABEL_CHARS_MAX
from zhanggui.faces.shop.forms import LEVELS, AddressForm
from zhanggui.faces.shop.pages.account import OWN, show_account
from zhanggui.faces.shop.pages.frame import district_of, member_on, promise_of, wants_part
from zhanggui.faces.shop.pages.signing import sign_in_page
from zhanggui.faces.shop.queries import places
from zhanggui.faces.shop.queries.places import picker_at
from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import moment_of
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.places.rules.phones import read_phone
from zhanggui.trade.orders.queries import full_address, served_codes


def _see(done: str) -> HttpResponse:
    response = HttpResponseRedirect(f"{reverse('shop:addresses')}?{done}=1")
    response.status_code = 303
    return response


@page("public", methods=("GET", "POST"), scope=OWN)
def addresses(request: HttpRequest) -> HttpResponse:
    """Show the addresses a member keeps; make one the default, or remove it."""
    member = member_on(request)
    if member is None:
        return sign_in_page(request)
    if request.method == "POST":
        saved = _found(member, request.POST.get("address", ""))
        by, at = MemberActor(member.pk), moment_of(request)
        if request.POST.get("step") == "remove":
            remove_address(saved, by=by, at=at)
            return _see("removed")
        prefer_address(saved, by=by, at=at)
        return _see("preferred")
    own = addresses_of(member)
    context = {
        "addresses": [
            {
                "saved": one,
                "where": full_address(one.division, one.address),
                "number": key_of(read_phone(one.phone)) or one.phone,
            }
            for one in own
        ],
        "full": len(own) >= ADDRESSES_MAX,
        "most": ADDRESSES_MAX,
    }
    return show_account(request, "addresses.html", context)


def _found(member: Customer, pk: str) -> SavedAddress:
    known = pk.isascii() and pk.isdecimal() and len(pk) < 16
    saved = address_of(member, int(pk)) if known else None
    if saved is None:
        raise Http404
    return saved


@page("public", methods=("GET", "POST"), scope=OWN)
def new(request: HttpRequest) -> HttpResponse:
    """Add an address."""
    member = member_on(request)
    if member is None:
        return sign_in_page(request)
    form = AddressForm()
    if district := district_of(request):
        form.picker = picker_at(district.code)
    return _edited(request, member, None, form)


@page("public", methods=("GET", "POST"), scope=OWN)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an address."""
    member = member_on(request)
    if member is None:
        return sign_in_page(request)
    saved = address_of(member, pk)
    if saved is None:
        raise Http404
    return _edited(request, member, saved, AddressForm.of(saved))


def _edited(
    request: HttpRequest, member: Customer, saved: SavedAddress | None, form: AddressForm
) -> HttpResponse:
    """Read what was pasted, open the next level, or keep the address."""
    if request.method != "POST":
        return _show(request, saved, form)
    form = AddressForm.sent(request.POST.dict())
    step = request.POST.get("step", "save")
    within = served_codes(at=moment_of(request))
    if chosen := request.POST.get("choose", "")[:12]:
        form.picker = picker_at(chosen)
        return _show(request, saved, form)
    if step == "paste" or (step == "save" and form.paste.strip()):
        form.read_paste(within=within)
        return _show(request, saved, form, status=422 if form.errors else 200)
    if step == "look":
        return _show(request, saved, form)
    form.read_address(within=within)
    if not form.check(served=True):  # an address may be kept where we do not deliver yet
        return _show(request, saved, form, status=422)
    by, at = MemberActor(member.pk), moment_of(request)
    try:
        if saved is None:
            save_address(member, **form.values(), by=by, at=at)
        else:
            change_address(saved, **form.values(), by=by, at=at)
    except Refusal as no:
        notices = [] if form.refused(no) else [no]
        return _show(request, saved, form, notices=notices, status=no.status)
    return _see("saved")


def _show(
    request: HttpRequest,
    saved: SavedAddress | None,
    form: AddressForm,
    *,
    notices: list[Refusal] | None = None,
    status: int = 200,
) -> HttpResponse:
    at = moment_of(request)
    service = places.service_at(form.picker.code, at=at)
    context: dict[str, Any] = {
        "saved": saved,
        "form": form,
        "levels": list(zip(LEVELS, form.picker.choices, strict=False)),
        "here": promise_of(service, at=at),
        "unserved": bool(form.picker.county) and service is None,
        "notices": notices or [],
        "label_max": LABEL_CHARS_MAX,
        "url": request.path,
    }
    part = "#address_form" if wants_part(request, "address-form") else ""
    return show_account(request, f"address.html{part}", context, status=status)
