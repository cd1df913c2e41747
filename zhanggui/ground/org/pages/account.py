"""One's own pages: first page, me, language, theme, area in focus, acting as, sessions."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.logout import logout as sign_out_here
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import begin_registration
from allauth.mfa.webauthn.views import AddWebAuthnView
from allauth.usersessions.internal.flows.sessions import end_other_sessions
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zhanggui.ground.desk.access import page
from zhanggui.ground.desk.actor import actor_of, moment_of
from zhanggui.ground.desk.pages.context import DOORS
from zhanggui.ground.kernel.models import Installation
from zhanggui.ground.kernel.refusal import Refusal, not_yours
from zhanggui.ground.org.actor import actor_for
from zhanggui.ground.org.adapter import company_name
from zhanggui.ground.org.models import Appointment, Company, Person
from zhanggui.ground.org.queries import appointments_of, present
from zhanggui.ground.org.rules.devices import device_name
from zhanggui.ground.org.welcome import welcome_parts

THEMES = ("light", "dark", "auto")
YEAR_S = 60 * 60 * 24 * 365
LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "[::1]")


def _onward(request: HttpRequest, *, otherwise: str) -> HttpResponse:
    """Go to the page the form came from, if it is one of ours."""
    here = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        here, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(here if safe else otherwise)


def _not_a_choice() -> Refusal:
    return Refusal(
        "not_a_choice",
        _("That is not one of the choices."),
        settles=_("Go back and choose again."),
        status=422,
    )


def person_of_request(request: HttpRequest) -> Person:
    """Return the person who is signed in."""
    assert isinstance(request.user, Person)
    return request.user


# --- the first page --------------------------------------------------------------------------


def _from_this_machine(request: HttpRequest) -> bool:
    """Tell whether the browser runs on the server's own machine and called it by its own name.

    A forwarded request comes through a proxy, so its true origin is elsewhere; a foreign host name
    that points here may be another site's trick to make this browser ask for it.
    """
    host = request.get_host().rsplit(":", 1)[0] if not request.get_host().endswith("]") else ""
    if (host or request.get_host()) not in LOOPBACK_HOSTS:
        return False
    if any(name in request.headers for name in ("Forwarded", "X-Forwarded-For", "X-Real-IP")):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def may_step_in(request: HttpRequest) -> bool:
    """Tell whether one click may sign in: the example company, served to its own machine only."""
    return (
        settings.LOOPBACK
        and _from_this_machine(request)
        and Installation.objects.filter(example=True).exists()
    )


@page("public")
def first(request: HttpRequest) -> HttpResponse:
    """Show where to begin: how to found a company, the example's people, one's desk, the shop."""
    if not Company.objects.exists():
        return render(request, "org/account/no_company.html")
    if may_step_in(request):
        return render(request, "desk/welcome.html", _welcome(request))
    if request.user.is_authenticated:
        return redirect("desk:today")
    return redirect(DOORS[0].url_name if DOORS else "account_login")  # who types the address buys


def _welcome(request: HttpRequest) -> dict[str, Any]:
    return {
        "company": company_name(),
        "address": f"{request.scheme}://{request.get_host()}",
        "doors": [*_doors(request), _door(request)],
        "parts": welcome_parts(request),
        "people": _residents(request),
        "steps": _steps(),
        "example": True,
        "hint": _("One click, no password: this works on this machine only."),
    }


def _doors(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the ways in that the faces have opened: for customers, for couriers."""
    by = actor_of(request) if request.user.is_authenticated else None
    return [
        {"title": door.title, "text": door.text, "url": reverse(door.url_name), "icon": door.icon}
        for door in DOORS
        if by is None or not door.duty or by.scope(door.duty)
    ]


def _door(request: HttpRequest) -> dict[str, Any]:
    """Return the ordinary way in: back to one's own desk, or the sign-in page."""
    if request.user.is_authenticated:
        return {
            "title": _("Go on as %(name)s") % {"name": person_of_request(request).name},
            "text": _("You are signed in on this device."),
            "url": reverse("desk:today"),
            "icon": "home",
        }
    return {
        "title": _("Sign in with a password"),
        "text": _("As on every other day: user name or phone, password, second step."),
        "url": reverse("account_login"),
        "icon": "login",
    }


def _steps() -> list[dict[str, Any]]:
    """Return what this is and how to go on."""
    return [
        {
            "title": _("What this is"),
            "text": _(
                "A made-up company with real work in it: people on posts, posts with duties, "
                "duties with queues. Whatever you do as one of them, the others see."
            ),
        },
        {
            "title": _("Where to look"),
            "text": _(
                "The general manager oversees everything, personnel reshapes the organisation, "
                "a courier has the shortest list. Every page explains itself in the handbook."
            ),
        },
        {
            "title": _("Your own company"),
            "text": _("Describe it in a file like the example's, and found it in a fresh folder:"),
            "command": "python -m zhanggui --data DIR import company company.yaml",
        },
    ]


def _residents(request: HttpRequest) -> list[dict[str, Any]]:
    """Return who can sign in, in the order of the company's own list of posts."""
    structure = present(moment_of(request)).structure
    people = {p.user: p for p in Person.objects.filter(is_active=True)}
    order = {code: place for place, code in enumerate(structure.posts)}
    seated = [(user, seats) for user, seats in structure.seats_by_person.items() if user in people]
    seated.sort(key=lambda pair: (min(order[seat.post] for seat in pair[1]), pair[0]))
    return [
        {
            "name": people[user].name,
            "initial": people[user].name[:1],
            "posts": [
                str(structure.posts[post].title)
                for post in dict.fromkeys(seat.post for seat in seats)
            ],
            "area": str(structure.areas[seats[0].area].name),
            "url": reverse("account:enter", args=[user]),
        }
        for user, seats in seated
    ]


@page("public", methods=("POST",), scope="the example company, from its own machine")
def enter(request: HttpRequest, user: str) -> HttpResponse:
    """Sign in as someone of the example company with one click; 404 anywhere else."""
    if not may_step_in(request):
        raise Http404
    person = Person.objects.filter(user=user, is_active=True).first()
    if person is None or not actor_for(person, at=moment_of(request)).holdings:
        raise Http404
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    UserSession.objects.create_from_request(request)
    return redirect("desk:today")


# --- what one sees the house in --------------------------------------------------------------


@page("public", methods=("POST",))
def language(request: HttpRequest) -> HttpResponse:
    """Remember the language of this device."""
    code = request.POST.get("language", "")
    if code not in dict(settings.LANGUAGES):
        raise _not_a_choice()
    response = _onward(request, otherwise="/")
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return response


@page("public", methods=("POST",))
def theme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark, or what the device says."""
    choice = request.POST.get("theme", "")
    if choice not in THEMES:
        raise _not_a_choice()
    response = _onward(request, otherwise="/")
    if choice == "auto":
        response.delete_cookie("theme", samesite="Lax")
    else:  # the page's own script reads and writes this cookie too, so it is not httponly
        response.set_cookie("theme", choice, max_age=YEAR_S, secure=settings.HTTPS, samesite="Lax")
    return response


@page(methods=("POST",), scope="areas of one's own posts")
def focus(request: HttpRequest) -> HttpResponse:
    """Narrow every list to an area of one's own and all below it; the widest one shows all."""
    choices = [code for code, _name, _depth in actor_of(request).area_choices()]
    area = request.POST.get("area", "")
    if area and area not in choices:
        raise not_yours()
    request.session["focus"] = area
    return _onward(request, otherwise=reverse("desk:today"))


@page(methods=("POST",), scope="one's own appointments")
def acting_as(request: HttpRequest) -> HttpResponse:
    """Prefer one of one's own appointments where several would do."""
    mine = {str(h.appointment_id): h.appointment_id for h in actor_of(request).holdings}
    chosen = mine.get(request.POST.get("appointment", ""))
    if chosen is None:
        raise not_yours()
    request.session["acting_as"] = chosen
    return _onward(request, otherwise=reverse("desk:today"))


# --- me --------------------------------------------------------------------------------------


@page(scope="oneself")
def me(request: HttpRequest) -> HttpResponse:
    """Show a person himself: posts with their dates, safety, language, appearance."""
    person = person_of_request(request)
    context = {
        "person": {"name": person.name, "user_name": person.user, "phone": person.phone},
        "appointments": [
            _appointment(row, request) for row in appointments_of(person, at=moment_of(request))
        ],
        "security": _security(person),
    }
    return render(request, "desk/me.html", context)


def _appointment(row: Appointment, request: HttpRequest) -> dict[str, Any]:
    at = moment_of(request)
    kinds = {"concurrent": _("concurrent"), "acting": _("acting")}
    over = row.until_at is not None and row.until_at <= at
    return {
        "title": row.post.name,
        "unit": row.unit.name,
        "area": row.area.name,
        "kind": kinds.get(row.kind, ""),
        "since": row.since_at,
        "until": row.until_at,
        "state": _("ended") if over else _("begins later") if row.since_at > at else "",
    }


def _security(person: Person) -> list[dict[str, Any]]:
    """Return what protects this person's access, each with where to change it."""
    kinds = list(Authenticator.objects.filter(user=person).values_list("type", flat=True))
    keys = kinds.count(Authenticator.Type.WEBAUTHN)
    app = Authenticator.Type.TOTP in kinds
    sessions = UserSession.objects.filter(user=person).count()
    own = person.has_usable_password()
    entries = [
        {
            "title": _("Password"),
            "text": _("Change it here; other devices are then signed out.")
            if own
            else _("You have none yet: set one."),
            "url": reverse("account_change_password" if own else "account_set_password"),
            "tone": "done" if own else "wait",
        },
        {
            "title": _("Code app"),
            "text": _("Signing in asks for a code as well.")
            if app
            else _("Not set up: the password alone lets you in."),
            "url": reverse("mfa_deactivate_totp" if app else "mfa_activate_totp"),
            "tone": "done" if app else "wait",
        },
        {
            "title": _("Passkeys"),
            "text": ngettext("%(count)d passkey", "%(count)d passkeys", keys) % {"count": keys}
            if keys
            else _("Not set up: sign in with finger, face or a security key."),
            "url": reverse("mfa_list_webauthn"),
            "tone": "done" if keys else "rest",
        },
    ]
    if Authenticator.Type.RECOVERY_CODES in kinds:
        entries.append(
            {
                "title": _("Recovery codes"),
                "text": _("For the day the phone is lost."),
                "url": reverse("mfa_view_recovery_codes"),
                "tone": "done",
            }
        )
    entries.append(
        {
            "title": _("Where I am signed in"),
            "text": ngettext("%(count)d device", "%(count)d devices", max(1, sessions))
            % {"count": max(1, sessions)},
            "url": reverse("account:sessions"),
            "tone": "rest",
        }
    )
    return entries


@page(scope="oneself")
def security(request: HttpRequest) -> HttpResponse:
    """Show what protects this person's access, and where to change it."""
    context = {"security": _security(person_of_request(request))}
    return render(request, "org/account/security.html", context)


# --- sessions --------------------------------------------------------------------------------


@page(scope="oneself")
def sessions(request: HttpRequest) -> HttpResponse:
    """Show where this person is signed in, this device first, then the latest seen."""
    rows = UserSession.objects.purge_and_list(person_of_request(request))
    rows.sort(key=lambda s: (s.is_current(), s.last_seen_at), reverse=True)
    context = {
        "sessions": [
            {
                "device": device_name(row.user_agent, unknown=_("Unknown device")),
                "ip": row.ip,
                "at": row.last_seen_at,
                "current": row.is_current(),
                "url_end": reverse("account:end_session", args=[row.pk]),
            }
            for row in rows
        ],
        "end_all_url": reverse("account:end_sessions") if len(rows) > 1 else "",
    }
    return render(request, "desk/sessions.html", context)


@page(methods=("POST",), scope="oneself")
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of one's own sessions, on this device or another."""
    row = UserSession.objects.filter(user=person_of_request(request), pk=pk).first()
    if row is None:
        raise not_yours()
    if row.is_current():
        return sign_out(request)  # type: ignore[return-value]
    row.end()
    messages.success(request, _("That session has ended."))
    return redirect("account:sessions")


@page(methods=("POST",), scope="oneself")
def end_sessions(request: HttpRequest) -> HttpResponse:
    """End every session of one's own but this one."""
    end_other_sessions(request, person_of_request(request))
    messages.success(request, _("All other sessions have ended."))
    return redirect("account:sessions")


@page("public", methods=("GET", "POST"))
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ask, then end this session; asked again by someone signed out it only says so."""
    if request.method == "POST":
        sign_out_here(request)
        return HttpResponseRedirect(reverse("account_login"))
    if not request.user.is_authenticated:
        return redirect("account_login")
    return render(request, "org/account/sign_out.html")


# --- confirming and passkeys -------------------------------------------------------------------


def confirming(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Send someone who has nothing to confirm with to set a first password, others to the view."""

    @wraps(view)
    def shown(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if not get_adapter().get_reauthentication_methods(request.user):
            return redirect("account_set_password")
        return view(request, **kwargs)

    return shown


class AddPasskey(AddWebAuthnView):  # type: ignore[misc]
    """Adds a passkey that lives on the device and asks for finger, face or PIN."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Ask the device for a passkey it can find by itself, so that no name need be typed."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        options = begin_registration(person_of_request(self.request), passwordless=True)
        form = kwargs.get("form") or context["form"]
        return context | {"form": form, "js_data": {"creation_options": options}}
