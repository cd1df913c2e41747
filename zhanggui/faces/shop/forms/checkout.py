"""The checkout form: what was typed, what was understood, and what is wrong beside each field.

Not a Django form: a customer may fill it by four selects, by one pasted line or by both, and what
was understood goes back into the fields before anything is checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zhanggui.faces.shop.queries.places import Picker, picker, picker_at
from zhanggui.faces.shop.rules import checkout as rules
from zhanggui.ground.kernel.refusal import Refusal
from zhanggui.ground.places.gazetteer import COUNTY_DIGITS, gazetteer
from zhanggui.ground.places.queries import full_name_said
from zhanggui.ground.places.rules.addresses import Reading, read_address
from zhanggui.ground.places.rules.addresses.reading import CONTRADICTIONS, MISSING, Known
from zhanggui.ground.places.rules.codes import Level
from zhanggui.ground.places.rules.phones import SENTENCES, read_phone
from zhanggui.trade.orders.models import Order
from zhanggui.trade.orders.queries import full_address
from zhanggui.trade.orders.rules.invoices import tidy_tax_no, why_not_invoice
from zhanggui.trade.orders.rules.orders import (
    ADDRESS_CHARS_MAX,
    Draft,
    Item,
    not_served,
    tidy_text,
)
from zhanggui.trade.orders.rules.states import Channel, Payment, Wish

LEVELS = ("d1", "d2", "d3", "d4")
"""The selects of the picker, the widest level first."""

CANDIDATES_MAX = 6
"""Places of one name that are offered to choose from: the rest is found in the picker."""

_SHOWN_CHARS_MAX = 1_000
"""Characters of a field that are shown again: longer text is told to be too long, and cut."""


@dataclass
class CheckoutForm:
    """What a customer typed, kept as typed; `errors` are refusals by field.

    `saved` is the id of the address a member chose among his own, "" for another; `payment` is ""
    before anything was sent.
    """

    name: str = ""
    phone: str = ""
    address: str = ""
    note: str = ""
    paste: str = ""
    wish: str = Wish.CALL.value
    payment: str = ""
    picker: Picker = field(default_factory=lambda: picker(()))
    invoice_title: str = ""
    invoice_tax_no: str = ""
    keep: bool = False
    known: bool = False
    key: str = ""
    seen: str = ""
    saved: str = ""
    errors: dict[str, Refusal] = field(default_factory=dict)
    understood: list[tuple[str, str]] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)
    candidates: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def sent(cls, data: Mapping[str, str]) -> CheckoutForm:
        """Return the form as it was sent; what is not a choice falls back to the first."""

        def text(name: str) -> str:
            return data.get(name, "")[:_SHOWN_CHARS_MAX]

        wish, payment = data.get("wish", ""), data.get("payment", "")
        return cls(
            name=text("name"),
            phone=text("phone"),
            address=text("address"),
            note=text("note"),
            paste=text("paste"),
            wish=wish if wish in Wish.values else Wish.CALL.value,
            payment=payment if payment in Payment.values else Payment.CASH.value,
            invoice_title=text("invoice_title"),
            invoice_tax_no=text("invoice_tax_no"),
            keep=data.get("keep") == "1",
            picker=picker([data.get(level, "")[:12] for level in LEVELS]),
            key=data.get("key", "") if rules.KEY.fullmatch(data.get("key", "")) else "",
            seen=data.get("seen", "")[:2_000],
            saved=data.get("saved", "")[:15],
        )

    # --- what was pasted ---------------------------------------------------------------------

    def read_paste(self, *, within: frozenset[str]) -> None:
        """Fill the fields from the pasted text, and say what it does not say."""
        text, self.paste = self.paste.strip(), ""
        if not text:
            self.errors["paste"] = _refusal(
                "nothing_pasted",
                _("There is nothing to read."),
                _("Paste name, phone and address, in any order."),
            )
            return
        if len(text) > rules.PASTE_CHARS_MAX:
            self.paste = text
            self.errors["paste"] = _too_long_paste()
            return
        reading = read_address(text, within=within)
        if reading.name:
            self.name = reading.name
        if reading.phones:
            self.phone = reading.phones[0].display
        if reading.code:
            self.picker = picker_at(reading.code)
        if reading.rest:
            self.address = reading.rest
        wishes = rules.wishes_among(reading.noise)
        self.note = self.note or wishes
        self.understood, self.unclear = _taken(reading, wishes), _unclear(reading)
        self.candidates = _candidates(reading)
        if not (reading.name or reading.phones or reading.code):
            self.paste = text
            self.errors["paste"] = _refusal(
                "not_understood",
                _("We could not make an address of this."),
                _("Fill in the fields below instead."),
            )

    def read_address(self, *, within: frozenset[str]) -> None:
        """Take divisions typed into the address line out of it, and into the picker."""
        reading = read_address(self.address, within=within)
        county = reading.county
        if not self.picker.county:
            if reading.code and len(reading.code) > len(self.picker.code):
                self.picker = picker_at(reading.code)
                self.address = reading.rest or self.address
            return
        if county is None or county.known is not Known.WRITTEN or county.name not in self.address:
            return
        if county.code == self.picker.county:
            self.address = reading.rest or self.address
            if len(reading.code) > len(self.picker.code):
                self.picker = picker_at(reading.code)
            return
        self.errors["address"] = _refusal(
            "address_elsewhere",
            _("The address says %(written)s, but %(chosen)s is chosen above.")
            % {"written": county.name, "chosen": self.picker.full_name},
            _("Choose the right district, or correct the address."),
        )

    # --- what is wrong -----------------------------------------------------------------------

    def check(self, *, served: bool) -> bool:
        """Put what is wrong beside each field; tell whether all is well. `served`: the district."""
        self._note("name", rules.why_not_name(self.name))
        self._note("phone", _why_not_phone(self.phone))
        self._note("division", self.why_not_division(served=served))
        self._note("address", rules.why_not_address(self.address) or _too_long(self.address))
        self._note("note", _too_long(self.note))
        title, tax_no = tidy_text(self.invoice_title), tidy_tax_no(self.invoice_tax_no)
        if (no := why_not_invoice(title=title, tax_no=tax_no)) is not None:
            self._note(str(no.data["field"]), no)
        return not self.errors

    def why_not_division(self, *, served: bool) -> Refusal | None:
        """Return why nothing can be delivered to what is chosen."""
        if not self.picker.county:
            return _refusal(
                "no_district",
                _("The district is not chosen yet."),
                _("Choose province, city and district; street if you know it."),
            )
        return None if served else not_served(self.picker.full_name)

    def _note(self, name: str, refusal: Refusal | None) -> None:
        if refusal is not None:
            self.errors.setdefault(name, refusal)

    # --- the order ---------------------------------------------------------------------------

    def draft(self, items: tuple[Item, ...], *, device: str, proven: bool = False) -> Draft:
        """Return what is ordered, as an order takes it; `proven`: the phone is a member's own."""
        return Draft(
            recipient=tidy_text(self.name),
            phone=read_phone(self.phone).display,
            division=self.picker.code,
            address=tidy_text(self.address),
            items=items,
            note=tidy_text(self.note),
            wish=self.wish,
            channel=Channel.SHOP.value,
            device=device,
            invoice_title=tidy_text(self.invoice_title),
            invoice_tax_no=tidy_tax_no(self.invoice_tax_no),
            payment=self.payment or Payment.CASH.value,
            proven=proven,
        )

    def forgotten(self) -> CheckoutForm:
        """Return the form without name, phone and address."""
        return replace(self, name="", phone="", address="", keep=False, picker=picker(()))

    def take(self, *, saved: str, name: str, phone: str, division: str, address: str) -> None:
        """Fill in an address a member keeps."""
        self.saved, self.name, self.phone, self.address = saved, name, phone, address
        self.picker, self.paste = picker_at(division), ""

    def typed(self) -> CheckoutForm:
        """Return the form as its fields show it: empty while one of the member's own is chosen."""
        if not self.saved:
            return self
        return replace(self, name="", phone="", address="", picker=picker(()), errors={})

    def again(self, *, key: str) -> CheckoutForm:
        """Return the same form under another number."""
        return replace(self, key=key)


def _why_not_phone(text: str) -> Refusal | None:
    problem = read_phone(text).problem
    if not problem:
        return None
    return _refusal(
        f"phone_{problem}", _(SENTENCES[problem]), _("A mobile has 11 digits, like 138 0013 8000.")
    )


def _too_long(text: str) -> Refusal | None:
    if len(tidy_text(text)) <= ADDRESS_CHARS_MAX:
        return None
    return _refusal(
        "too_long",
        _("This is longer than %(most)s characters.") % {"most": ADDRESS_CHARS_MAX},
        _("Write it shorter."),
    )


def _taken(reading: Reading, wishes: str) -> list[tuple[str, str]]:
    """Return what was read of a text, each with what it is."""
    found = [
        (pgettext("of a person", "Name"), reading.name),
        (
            pgettext("number of a person", "Phone"),
            reading.phones[0].display if reading.phones else "",
        ),
        (
            pgettext("read in a text", "District"),
            full_name_said(reading.code) if reading.code else "",
        ),
        (pgettext("read in a text", "Address"), reading.rest),
        (_("Note for the courier"), wishes),
    ]
    return [(label, text) for label, text in found if text]


def _unclear(reading: Reading) -> list[str]:
    """Return what a text leaves open or contradicts, as sentences."""
    said = [_(CONTRADICTIONS[c.code]) % c.values for c in reading.contradictions]
    if len(reading.phones) > 1:
        said.append(_("There is more than one phone number: the first was taken."))
    return said + [_(MISSING[code]) for code in reading.missing if code != "room"]


def _candidates(reading: Reading) -> list[tuple[str, str]]:
    """Return the counties an unclear name may mean, each with its full name."""
    if len(reading.code) >= COUNTY_DIGITS:
        return []
    codes = [code for code in reading.candidates if len(code) >= COUNTY_DIGITS]
    for found in reading.contradictions:
        if found.code == "elsewhere":
            named = gazetteer().find(found.lower, level=Level.COUNTY)
            codes += [division.code for division in named if division.code not in codes]
    return [(code, full_name_said(code)) for code in codes[:CANDIDATES_MAX]]


@dataclass
class AddressQuestion:
    """An address somebody asks about, and what is to be said of it beside what is promised."""

    text: str = ""
    code: str = ""
    place: str = ""
    unclear: list[str] = field(default_factory=list)
    candidates: list[tuple[str, str]] = field(default_factory=list)  # to be read, and as said
    error: Refusal | None = None

    @property
    def county(self) -> bool:
        """Whether the district is clear."""
        return len(self.code) >= COUNTY_DIGITS

    def ask(self, *, within: frozenset[str]) -> None:
        """Read the address; `within` are the codes of the districts served."""
        text, self.text = self.text.strip(), self.text.strip()[:_SHOWN_CHARS_MAX]
        if not text:
            self.error = _refusal(
                "nothing_asked",
                _("There is nothing to read."),
                _("Type or paste an address, at least city and district."),
            )
            return
        if len(text) > rules.PASTE_CHARS_MAX:
            self.error = _too_long_paste()
            return
        reading = read_address(text, within=within)
        self.code = reading.code
        self.candidates = [
            (gazetteer().full_name(code), name) for code, name in _candidates(reading)
        ]
        self.place = full_name_said(self.code) if self.code else ""
        self.unclear = [_(CONTRADICTIONS[c.code]) % c.values for c in reading.contradictions]
        if not self.county:
            self.error = _refusal(
                "district_unclear",
                _("From this we cannot tell the district: %(place)s.") % {"place": self.place}
                if self.place
                else _("From this we cannot tell the district."),
                _("Choose the one you mean.")
                if self.candidates
                else _("Add city and district, or choose below."),
            )

    def not_served(self) -> None:
        """Say that nothing is delivered there."""
        self.error = _refusal(
            "not_served",
            _("We do not deliver to %(place)s yet.") % {"place": self.place},
            _("Below stand all districts we serve."),
        )


@dataclass
class ChangeForm:
    """What a customer changes of an order, as typed; an empty phone keeps the number."""

    name: str
    where: str
    note: str
    phone: str = ""
    errors: dict[str, Refusal] = field(default_factory=dict)

    @classmethod
    def of(cls, order: Order) -> ChangeForm:
        """Return the form as it stands before anything was typed; the number is not shown in it."""
        return cls(order.recipient, full_address(order.division, order.address), order.note)

    @classmethod
    def sent(cls, data: Mapping[str, str]) -> ChangeForm:
        """Return the form as it was sent."""
        name, where, note, phone = (
            data.get(key, "")[:_SHOWN_CHARS_MAX] for key in ("name", "where", "note", "phone")
        )
        return cls(name, where, note, phone)

    def read(self, order: Order, *, within: frozenset[str]) -> dict[str, str]:
        """Return what the order is to say, and put what is wrong beside each field."""
        self._wrong("name", rules.why_not_name(self.name))
        self._wrong("note", _too_long(self.note))
        if self.phone.strip():
            self._wrong("phone", _why_not_phone(self.phone))
        division, address = order.division, order.address
        if tidy_text(self.where) != tidy_text(full_address(division, address)):
            found = read_address(self.where[: rules.PASTE_CHARS_MAX], within=within)
            division, address = found.code, tidy_text(found.rest)
            if len(division) < COUNTY_DIGITS:
                no = _refusal(
                    "district_unclear",
                    _("From this we cannot tell the district."),
                    _("Write it whole: city, district, road, number and room."),
                )
                self._wrong("where", no)
            self._wrong("where", rules.why_not_address(address) or _too_long(self.where))
        return {
            "recipient": tidy_text(self.name),
            "phone": self.phone if self.phone.strip() else order.phone,
            "division": division,
            "address": address,
            "note": tidy_text(self.note),
        }

    def refused(self, no: Refusal) -> bool:
        """Put a refusal of the order beside its field; False where it has none here."""
        name = {"recipient": "name", "address": "where"}.get(
            str(no.data.get("field", "")), str(no.data.get("field", ""))
        )
        name = {"not_served": "where", "below_least": "where", "too_many_open": "phone"}.get(
            no.code, name
        )
        if name:
            self.errors[name] = no
        return bool(name)

    def _wrong(self, name: str, refusal: Refusal | None) -> None:
        if refusal is not None:
            self.errors.setdefault(name, refusal)


def _too_long_paste() -> Refusal:
    return _refusal(
        "paste_too_long",
        _("This is longer than %(most)s characters.") % {"most": rules.PASTE_CHARS_MAX},
        _("Paste one address only."),
    )


def _refusal(code: str, sentence: str, settles: str) -> Refusal:
    return Refusal(code, sentence, settles=settles, status=422)
