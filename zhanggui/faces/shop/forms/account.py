"""The form of a member's address: pasted, chosen or typed as at the checkout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zhanggui.books.customers.models import SavedAddress
from zhanggui.faces.shop.forms.checkout import CheckoutForm
from zhanggui.faces.shop.queries.places import picker_at
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.places.rules.phones import read_phone
from zhanggui.ground.places.rules.texts import tidy_text


@dataclass
class AddressForm(CheckoutForm):
    """What a member typed of an address; `label` is what he calls it."""

    label: str = ""
    default: bool = False

    @classmethod
    def of(cls, saved: SavedAddress) -> AddressForm:
        """Return the form of an address as it is kept."""
        return cls(
            name=saved.recipient,
            phone=saved.phone,
            address=saved.address,
            picker=picker_at(saved.division),
            label=saved.label,
            default=saved.is_default,
        )

    @classmethod
    def sent(cls, data: Mapping[str, str]) -> AddressForm:
        """Return the form as it was sent."""
        form = super().sent(data)
        assert isinstance(form, AddressForm)
        form.label = data.get("label", "")[:60]
        form.default = data.get("default") == "1"
        return form

    def values(self) -> dict[str, Any]:
        """Return what an address is made of, as the actions take it."""
        return {
            "recipient": tidy_text(self.name),
            "phone": read_phone(self.phone).display,
            "division": self.picker.code,
            "address": tidy_text(self.address),
            "label": tidy_text(self.label),
            "default": self.default,
        }

    def refused(self, no: Refusal) -> bool:
        """Put a refusal beside its field; False where it has none."""
        if name := str(no.data.get("field", "")):
            self.errors.setdefault(name, no)
        return bool(name)
