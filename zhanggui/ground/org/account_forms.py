"""Forms of one's own access: sign in, password, codes, passkeys."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    SetPasswordForm,
)
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCodeForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.utils.translation import gettext_lazy as _

from zhanggui.ground.org.signin import LOGIN_CHARS_MAX, PASSWORD_CHARS_MAX

CODE_CHARS_MAX = 20
"""Characters of a code: eight digits with the spaces people type between them."""

PASSKEY_NAME_CHARS_MAX = 60


def _password(label: Any, *, autocomplete: str, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=PASSWORD_CHARS_MAX,
        strip=False,
        help_text=help_text,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )


def _code(label: Any, *, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=CODE_CHARS_MAX,
        help_text=help_text,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "autofocus": True,
                "spellcheck": "false",
            }
        ),
    )


PASSWORD_HELP = _(
    "At least eight characters; not digits alone, not a common password, nothing like your name."
)


class SignInForm(LoginForm):  # type: ignore[misc]
    """User name or phone, password, and whether this device may stay signed in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=_("User name or phone"),
            max_length=LOGIN_CHARS_MAX,
            widget=forms.TextInput(
                attrs={
                    "autocomplete": "username webauthn",
                    "autocapitalize": "none",
                    "spellcheck": "false",
                    "autofocus": True,
                }
            ),
        )
        self.fields["password"] = _password(_("Password"), autocomplete="current-password")
        self.fields["remember"] = forms.BooleanField(
            label=_("Stay signed in on this device for two weeks"), required=False
        )
        self.order_fields(["login", "password", "remember"])


class OwnPasswordForm(ChangePasswordForm):  # type: ignore[misc]
    """The present password, and the new one twice."""

    oldpassword = _password(_("Present password"), autocomplete="current-password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _new_password_twice(self)

    def clean_oldpassword(self) -> str:
        """Ask the same way as at the door, so that tries are counted."""
        given = str(self.cleaned_data.get("oldpassword", ""))
        if not get_adapter().reauthenticate(self.user, given):
            raise get_adapter().validation_error("enter_current_password")
        return given

    def clean_password1(self) -> str:
        """Refuse the present password as the new one."""
        given = str(self.cleaned_data["password1"])
        if given == self.cleaned_data.get("oldpassword"):
            raise get_adapter().validation_error("same_as_current")
        return given


class FirstPasswordForm(SetPasswordForm):  # type: ignore[misc]
    """A first password, twice, for someone who has none yet."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _new_password_twice(self)


def _new_password_twice(form: forms.Form) -> None:
    """Put this house's labels and limits on the fields; the check of strength stays theirs."""
    first, second = form.fields["password1"], form.fields["password2"]
    first.label, second.label = _("New password"), _("New password again")
    first.help_text, second.help_text = PASSWORD_HELP, ""
    for field in (first, second):
        assert isinstance(field, forms.CharField)
        field.max_length = PASSWORD_CHARS_MAX
        field.validators.append(forms.CharField(max_length=PASSWORD_CHARS_MAX).validators[0])
        field.widget.attrs = {"autocomplete": "new-password", "maxlength": PASSWORD_CHARS_MAX}


class ConfirmForm(ReauthenticateForm):  # type: ignore[misc]
    """The password once more, before something that matters."""

    password = _password(_("Password"), autocomplete="current-password")


class CodeForm(AuthenticateForm):  # type: ignore[misc]
    """The code of the second step, or a recovery code."""

    code = _code(_("Code"), help_text=_("Six digits from the code app, or a recovery code."))


class ConfirmCodeForm(ReauthenticateByCodeForm):  # type: ignore[misc]
    """The same, before something that matters."""

    code = _code(_("Code"), help_text=_("Six digits from the code app, or a recovery code."))


class CodeAppForm(ActivateTOTPForm):  # type: ignore[misc]
    """The first code, as proof that the app has the secret."""

    code = _code(_("2. Type the code the app shows"))


class _Hostile:
    """Turns whatever a made-up passkey answer breaks into the ordinary refusal of the field."""

    def clean_credential(self) -> Any:
        """Return the passkey, or refuse what is none."""
        try:
            return super().clean_credential()  # type: ignore[misc]
        except (AttributeError, KeyError, IndexError, TypeError, ValueError) as bad:
            raise get_adapter().validation_error("incorrect_code") from bad


class PasskeySignInForm(_Hostile, LoginWebAuthnForm):  # type: ignore[misc]
    """What a passkey answered at the door."""


class PasskeyStepForm(_Hostile, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """What a passkey answered as second step."""


class PasskeyConfirmForm(_Hostile, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """What a passkey answered before something that matters."""


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey and its name."""

    passwordless = None
    name = forms.CharField(
        label=_("Name"),
        max_length=PASSKEY_NAME_CHARS_MAX,
        required=False,
        help_text=_("So that you know it again: the device or the key it lives on."),
    )

    def clean(self) -> dict[str, Any]:
        """Accept only a passkey that asked its owner for finger, face or PIN."""
        self.cleaned_data["passwordless"] = True
        try:
            cleaned: dict[str, Any] = super().clean()
        except (AttributeError, KeyError, IndexError, TypeError, ValueError) as bad:
            raise get_adapter().validation_error("incorrect_code") from bad
        return cleaned


class PasskeyNameForm(EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a passkey."""

    name = forms.CharField(label=_("Name"), max_length=PASSKEY_NAME_CHARS_MAX)
