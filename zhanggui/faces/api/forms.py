"""The shape of what comes in at the JSON doors and of what goes out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from ninja import Field, Schema
from pydantic import AfterValidator, ConfigDict, StrictBool, StrictInt, StrictStr, StringConstraints

from zhanggui.books.catalogue.rules.goods import CODE_CHARS_MAX
from zhanggui.faces.api.rules import ITEMS_MAX, TEXT_CHARS_MAX
from zhanggui.trade.orders.rules.states import Payment, Wish

Text = Annotated[StrictStr, StringConstraints(max_length=TEXT_CHARS_MAX)]
Code = Annotated[
    StrictStr, StringConstraints(max_length=CODE_CHARS_MAX, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
]
Moment = Annotated[datetime, AfterValidator(lambda moment: moment.astimezone(UTC))]
Fen = Annotated[int, Field(description="Chinese fen: a hundredth of a yuan.")]


class Asked(Schema):
    """What is sent in: a field we do not know is refused, for it may have been meant."""

    model_config = ConfigDict(extra="forbid")


class ItemAsked(Asked):
    """Pieces of a SKU at the price that was shown."""

    code: Code = Field(description="The code of a variant, as /api/shop/goods gives it.")
    quantity: StrictInt = Field(description="Pieces: from 1 to 999.")
    price_fen: StrictInt = Field(
        description="The price of one piece as shown to the customer; refused when it has changed."
    )


class OrderAsked(Asked):
    """An order, paid in cash at the door or by transfer ahead."""

    recipient: Text = Field(description="Whom the courier asks for.")
    phone: Text = Field(
        description="As the customer writes it; a number that cannot be called is looked at by us."
    )
    division: Annotated[StrictStr, StringConstraints(pattern=r"^(?:\d{6}|\d{9})?$")] = Field(
        "",
        description="Code of the county (6 digits) or street (9); without it the address is read.",
    )
    address: Text = Field(description="Road, number, building, room; or the whole address.")
    note: Text = ""
    wish: Wish = Field(Wish.CALL, description="What to do when goods are short.")
    invoice_title: Text = Field(
        "", description="Whom an invoice is made out to, at most 100 characters; empty for none."
    )
    invoice_tax_no: Text = Field(
        "", description="The buyer's unified social credit code (GB 32100); empty for a person."
    )
    payment: Payment = Field(
        Payment.CASH,
        description=(
            "Cash at the door, or a transfer ahead. Where a method is not offered the answer is "
            "422, its code cash_not_here, cash_ahead_goods, cash_over, transfer_closed, "
            "transfer_not_here or transfer_least; too_many_unpaid (409) where orders of the phone "
            "still wait for their transfer."
        ),
    )
    short_ok: StrictBool = Field(
        True, description="Whether to order although not everything is there."
    )
    items: Annotated[list[ItemAsked], Field(max_length=ITEMS_MAX)]


class TransferTold(Schema):
    """What is to be transferred, and where to."""

    holder: str
    bank: str
    number: str = Field(description="The number of our account.")
    reference: str = Field(description="What the note of the transfer says: the order's number.")
    amount_fen: Fen
    until: Moment | None = Field(
        description="Until when the goods are kept; null while the order is being checked."
    )


class OrderPlaced(Schema):
    """An order that was taken; sending the same again answers the same."""

    number: str = Field(description="What people say on the phone.")
    token: str = Field(description="The secret by which the order is followed.")
    tracking: str = Field(description="Where the order is followed.")
    goods_fen: Fen
    payment: Payment
    transfer: TransferTold | None = Field(description="Null where nothing is to be transferred.")
    placed_at: Moment
    promised_at: Moment


class Word(Schema):
    """A state: a code that never changes, and the word for it in the reader's language."""

    code: str
    word: str


class LineTold(Schema):
    """A line of an order."""

    name: str
    quantity: int = Field(description="Pieces ordered.")
    wanted: int = Field(description="Pieces still wanted.")
    delivered: int
    price_fen: Fen


class OrderTold(Schema):
    """Where an order stands."""

    number: str
    state: Word = Field(description="What was agreed.")
    goods: Word = Field(description="Where the goods are.")
    money: Word = Field(description="Where the money is; never paid before it was counted.")
    short: bool = Field(description="Whether goods are missing and we are talking about it.")
    goods_fen: Fen
    due_fen: Fen = Field(description="What is still to be paid: at the door, or by transfer.")
    taken_fen: Fen = Field(description="What was paid for the goods kept.")
    payment: Payment
    paid_ahead_fen: Fen = Field(description="What came in by transfer.")
    refunded_fen: Fen = Field(description="What of it was paid back.")
    transfer: TransferTold | None = Field(description="Null where nothing is to be transferred.")
    placed_at: Moment
    promised_at: Moment
    lines: list[LineTold]


class VariantTold(Schema):
    """One SKU on sale."""

    code: str
    name: str
    price_fen: Fen
    market_fen: int | None = Field(description="What others ask for the same, in fen.")
    sellable: int = Field(description="Pieces that may be promised now, by all depots together.")


class GoodsTold(Schema):
    """A product on sale."""

    code: str
    name: str
    category: str
    brand: str
    unit: str
    origin: str
    picture: str = Field(description="Address of a picture, 480 pixels square; empty without one.")
    variants: list[VariantTold]


class GoodsPage(Schema):
    """One page of the goods on sale."""

    page: int
    pages: int
    total: int
    goods: list[GoodsTold]


class GoodsWhole(GoodsTold):
    """A product on sale, with its story."""

    story: str


class ServedTold(Schema):
    """Whether, when and from how much an address is delivered to."""

    served: bool
    division: str = Field(description="Code of the county or street that was understood.")
    place: str = Field(description="Its name in full.")
    sentence: str
    same_day: bool | None = None
    promised_at: Moment | None = Field(None, description="By when an order placed now is there.")
    least_fen: int | None = Field(None, description="The smallest order delivered there, in fen.")


class FieldTold(Schema):
    """What is wrong with one field."""

    field: str
    sentence: str


class Problem(Schema):
    """Why something was not done: what is wrong, and what settles it."""

    code: str = Field(description="For programs; never changes.")
    sentence: str = Field(description="For people, in the language of Accept-Language.")
    settles: str
    fields: list[FieldTold] = []
    data: dict[str, Any] = {}
