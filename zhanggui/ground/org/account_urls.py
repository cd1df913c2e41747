"""The URLs of one's own access: only these of the sign-in library exist, each with its rule."""

from __future__ import annotations

from collections.abc import Callable

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, include, path

from zhanggui.ground.desk.access import page
from zhanggui.ground.org.pages import account as own

View = Callable[..., HttpResponseBase]


def _at_the_door(view: View) -> View:
    return page("public", methods=("GET", "POST"))(view)


def _oneself(view: View) -> View:
    return page("signed-in", methods=("GET", "POST"), scope="oneself")(view)


def _confirm(view: View) -> View:
    return _oneself(own.confirming(view))


_mine: list[URLPattern] = [
    path("", own.first, name="first"),
    path("enter/<str:user>/", own.enter, name="enter"),
    path("language/", own.language, name="language"),
    path("theme/", own.theme, name="theme"),
    path("sign-out/", own.sign_out, name="sign_out"),
    path("desk/focus/", own.focus, name="focus"),
    path("desk/acting-as/", own.acting_as, name="acting_as"),
    path("desk/me/", own.me, name="me"),
    path("desk/me/security/sessions/", own.sessions, name="sessions"),
    path("desk/me/security/sessions/end/", own.end_sessions, name="end_sessions"),
    path("desk/me/security/sessions/<int:pk>/end/", own.end_session, name="end_session"),
]

# The library finds its own pages by these names.
_door: list[URLPattern] = [
    path("sign-in/", _at_the_door(account.login), name="account_login"),
    path("sign-in/second-step/", _at_the_door(mfa.authenticate), name="mfa_authenticate"),
    path("sign-in/passkey/", _at_the_door(webauthn.login_webauthn), name="mfa_login_webauthn"),
]
_security: list[URLPattern] = [
    path("", own.security, name="mfa_index"),
    path("password/", _oneself(account.password_change), name="account_change_password"),
    path("password/first/", _oneself(account.password_set), name="account_set_password"),
    path("confirm/", _confirm(account.reauthenticate), name="account_reauthenticate"),
    path("confirm/code/", _confirm(mfa.reauthenticate), name="mfa_reauthenticate"),
    path(
        "confirm/passkey/",
        _confirm(webauthn.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path("code-app/", _oneself(totp.activate_totp), name="mfa_activate_totp"),
    path("code-app/remove/", _oneself(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("recovery/", _oneself(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "recovery/new/", _oneself(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"
    ),
    path(
        "recovery/file/",
        _oneself(codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    path("passkeys/", _oneself(webauthn.list_webauthn), name="mfa_list_webauthn"),
    path("passkeys/add/", _oneself(own.AddPasskey.as_view()), name="mfa_add_webauthn"),
    path("passkeys/<int:pk>/name/", _oneself(webauthn.edit_webauthn), name="mfa_edit_webauthn"),
    path(
        "passkeys/<int:pk>/remove/", _oneself(webauthn.remove_webauthn), name="mfa_remove_webauthn"
    ),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((_mine, "account"))),
    *_door,
    path("desk/me/security/", include(_security)),
]
