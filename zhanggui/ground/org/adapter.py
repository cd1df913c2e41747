"""How signing in behaves here: limits that lock nobody out, sentences, secrets kept sealed."""

from __future__ import annotations

import base64
import hashlib
import time
from typing import Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.encoding import force_bytes
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from zhanggui.ground.desk.actor import moment_of
from zhanggui.ground.desk.templatetags.desk import wait
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.org.actions.access import (
    Oneself,
    add_own_proof,
    change_own_password,
    remove_own_proof,
)
from zhanggui.ground.org.actor import actor_for
from zhanggui.ground.org.entrance import NO_POST, SUSPENDED
from zhanggui.ground.org.models import Company, Person
from zhanggui.ground.org.signin import bucket_of, remember_device

APP = "allauth.account"

ADDED = {
    "mfa/email/totp_activated": "code app",
    "mfa/email/webauthn_added": "passkey",
    "mfa/email/recovery_codes_generated": "recovery codes",
}
REMOVED = {"mfa/email/totp_deactivated": "code app", "mfa/email/webauthn_removed": "passkey"}


def company_name() -> str:
    """Return the company's name in the reader's language; the product's before there is one."""
    company = Company.objects.first()
    return company.name if company else gettext("Zhanggui")


class SignIn(DefaultAccountAdapter):  # type: ignore[misc]
    """Signing in and out, and changing one's own password."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _(
            "User name or phone and password do not belong together. "
            "If you have forgotten the password, personnel sets a new one."
        ),
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("This is not your present password."),
        "same_as_current": _("The new password is the present one."),
        "too_many_login_attempts": _("Too many wrong tries. Wait five minutes, then try again."),
        "rate_limited": _("Too many tries. Wait a minute, then try again."),
    }

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count this try in the bucket of its device; refuse with the time to wait."""
        action, key = bucket_of(request, str(credentials.get("username", "")))
        self._login_failed_rl_usage = ratelimit.consume(request, app=APP, action=action, key=key)
        if not self._login_failed_rl_usage:
            left = wait(_wait_s(request, action=action, key=key))
            raise ValidationError(
                gettext(
                    "Too many wrong tries. Wait %(wait)s, then try again. "
                    "A device on which you have signed in before is not held up by strangers."
                )
                % {"wait": left},
                code="too_many_login_attempts",
            )

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Tell someone who knows the password, but is kept out, why."""
        if getattr(request, "kept_out", False):
            raise ValidationError(gettext(SUSPENDED), code="kept_out")

    def pre_login(self, request: HttpRequest, user: Any, **hooks: Any) -> HttpResponse | None:
        """Stop someone without any post here already, with the reason."""
        refused: HttpResponse | None = super().pre_login(request, user, **hooks)
        if refused is None and not actor_for(user, at=moment_of(request)).holdings:
            clear_login(request)
            messages.error(request, gettext(NO_POST))
            refused = HttpResponseRedirect(settings.LOGIN_URL)
        return refused

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """Send someone with a good passkey but without access back, with the reason."""
        messages.error(request, gettext(SUSPENDED))
        return HttpResponseRedirect(settings.LOGIN_URL)

    def post_login(self, request: HttpRequest, user: Any, **hooks: Any) -> HttpResponse:
        """Remember the device, now that every step of signing in is done."""
        response: HttpResponse = super().post_login(request, user, **hooks)
        remember_device(request, response, user)
        return response

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody enters himself: personnel does."""
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Tell whether a URL leads to a page of this installation."""
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={self.request.get_host()}, require_https=self.request.is_secure()
        )

    def set_password(self, user: Any, password: str) -> None:
        """Write the new password through the action, so that it leaves a fact."""
        person = _unwrapped(user)
        at = moment_of(self.request)
        change_own_password(person, password=password, by=Oneself(person), at=at)
        user.refresh_from_db(fields=["password"])

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: Any = None, email: Any = None
    ) -> None:
        """Leave a fact where a mail would go: the house keeps no addresses."""
        person, at = _unwrapped(user), moment_of(self.request)
        if template_prefix in ADDED:
            add_own_proof(person, proof=ADDED[template_prefix], by=Oneself(person), at=at)
        elif template_prefix in REMOVED:
            remove_own_proof(person, proof=REMOVED[template_prefix], by=Oneself(person), at=at)


def _unwrapped(user: Any) -> Person:
    """Return the record itself, where the request only holds a promise of it."""
    return Person.objects.get(pk=user.pk)


def _wait_s(request: HttpRequest, *, action: str, key: str) -> int:
    """Return the seconds, in full minutes, until the fullest of a limit's buckets has room."""
    waits = [0.0]
    for rate in ratelimit.get_rates(app=APP, action=action):
        place = ratelimit.get_cache_key(request, app=APP, action=action, rate=rate, key=key)
        tries = cache.get(place, [])  # the latest first
        if len(tries) >= rate.amount:
            waits.append(tries[rate.amount - 1] + rate.duration - time.time())
    return max(1, -(-int(max(waits) + 1) // 60)) * 60


class Proofs(DefaultMFAAdapter):  # type: ignore[misc]
    """Second proofs: code apps, passkeys, recovery codes."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right, or it has been used. Take the next one."),
        "cannot_generate_recovery_codes": _(
            "Recovery codes need a code app or a passkey. Set one up first."
        ),
    }

    def get_totp_label(self, user: Any) -> str:
        """Return what the code app writes beside the code."""
        return str(user.user)

    def get_totp_issuer(self) -> str:
        """Return whose code it is."""
        return company_name()

    def build_totp_svg(self, url: str) -> str:
        """Return the QR code as SVG, dark on light whatever the theme: cameras want it so."""
        svg: str = segno.make(url, micro=False).svg_inline(scale=5, border=3, light="#fff")
        return svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)

    def _get_site_name(self) -> str:
        return company_name()

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002
        """Return a name to start with; people rename it after the device."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        if not count:
            return gettext("My passkey")
        return gettext("My passkey %(number)d") % {"number": count + 1}

    def get_public_key_credential_user_entity(self, user: Person) -> dict[str, Any]:
        """Return who the passkey is for, as the device shows it."""
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return entity | {"display_name": user.name, "name": user.user}

    def encrypt(self, text: str) -> str:
        """Seal a secret with the installation's key: a copy of the database alone gives no code."""
        return _sealer().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret; refuse with a sentence when the installation's key is another."""
        try:
            return _sealer().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            raise Refusal(
                "proof_unreadable",
                _("Your second proof cannot be read: the secret key of this installation changed."),
                settles=_("Ask personnel to clear your second proofs, then set them up anew."),
            ) from None


def _sealer() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(b"zhanggui.proofs:" + force_bytes(key)).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
