"""Every URL x every post of the charter x a record of one's own area, a sibling, above, and nobody.

What ought to be is worked out here from the company file alone, by hand-written rules for each kind
of record; what is comes from the pages. Zero deviations.
"""

from __future__ import annotations

import copy
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client

from conftest import COMPANY_FILE, NOON
from zhanggui.config.routes import Route, routes
from zhanggui.ground.desk import edge
from zhanggui.ground.desk.duty import DUTIES
from zhanggui.ground.desk.pages import context
from zhanggui.ground.kernel import guard
from zhanggui.ground.org.models import Appointment, Assignment, ChangeSet, Person
from zhanggui.ground.org.queries import forget_present, present
from zhanggui.ground.org.rules.company import read_company

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.matrix]

FILE = read_company(COMPANY_FILE.read_text(encoding="utf-8"))
DUTIES_OF_POST = {post.code: set(post.duties) for post in FILE.posts}
EVERYONES = set().union(*(set(post.duties) for post in FILE.posts if post.everyone))
POSTS = [post.code for post in FILE.posts if not post.everyone]

RELATIONS = {"own": "putian", "below": "licheng", "sibling": "quanzhou", "above": "fujian"}
"""The area of a record as seen by someone appointed to Putian."""

WITHIN = {"own", "below"}


@dataclass(frozen=True)
class Cast:
    """The records of each kind, one for each relation."""

    records: dict[str, dict[str, Any]]


def _make_records(owner: Person) -> dict[str, dict[str, Any]]:
    """Put one record of each kind into each area, all of them somebody else's."""
    from zhanggui.books.people.models import Policy, PolicyVersion
    from zhanggui.books.traffic.models import Link
    from zhanggui.steering.upkeep.models import ChangeRequest

    made: dict[str, dict[str, Any]] = {}
    for relation, area in RELATIONS.items():
        staff = Person.objects.create(
            user=f"staff_{relation}", name_zh="员工", name_en="Staff", hired_at=NOON
        )
        Appointment.objects.create(
            person=staff,
            post_id="courier",
            unit_id="sales",
            area_id=area,
            kind="main",
            since_at=NOON - timedelta(days=1),
        )
        policy = Policy.objects.create(code=f"matrix_{relation}", begun_at=NOON)
        records = {
            "org.Assignment": Assignment.objects.create(
                title="Sweep", given_by=owner, to=owner, area_id=area, given_at=NOON,
                due_at=NOON + timedelta(days=1),
            ),
            "org.ChangeSet": ChangeSet.objects.create(
                title="Split", effective_at=NOON + timedelta(days=1), drafted_at=NOON,
                drafted_by=owner, area_id=area,
            ),
            "org.Person": staff,
            "traffic.Link": Link.objects.create(
                code=f"matrix-{relation}", name="Poster", target="/shop/", source="poster",
                area_id=area, made_at=NOON,
            ),
            "people.PolicyVersion": PolicyVersion.objects.create(
                policy=policy, number=1, area_id=area, title_zh="制度", text_zh="一、",
                drafted_at=NOON, drafted_by=owner,
            ),
            "upkeep.ChangeRequest": ChangeRequest.objects.create(
                title="Wider", wanted="w", why="y", kind="change", asked_by=owner,
                post_id="courier", area_id=area, asked_at=NOON, waits_since_at=NOON,
            ),
        }  # fmt: skip
        for kind, record in records.items():
            made.setdefault(kind, {})[relation] = record
    goods = _goods()
    for kind, record in goods.items():
        made[kind] = {"own": record}
    for relation, area in RELATIONS.items():
        for kind, record in _stock(area, sku=goods["catalogue.Sku"]).items():
            made.setdefault(kind, {})[relation] = record
        depot, sku = made["stock.Location"][relation], goods["catalogue.Sku"]
        orders = _orders(area, depot=depot, sku=sku)
        runs = _runs(area, depot=depot, order=orders["orders.Order"], courier=owner)
        cash = _cash(area, stop=runs["delivery.Stop"], order=orders["orders.Order"])
        asked = _asked(area)
        for kind, record in (orders | runs | cash | asked).items():
            made.setdefault(kind, {})[relation] = record
    return made


def _asked(area: str) -> dict[str, Any]:
    """Put a request for goods into an area, that nobody has passed on."""
    from zhanggui.books.wanted.models import GoodsRequest

    request = GoodsRequest.objects.create(
        what="荔枝干", phone="138 5030 7261", phone_key="13850307261", language="en", area_id=area,
        asked_at=NOON,
    )  # fmt: skip
    return {"wanted.GoodsRequest": request}


def _orders(area: str, *, depot: Any, sku: Any) -> dict[str, Any]:
    """Put an order into an area of which goods are short, and a promise."""
    from zhanggui.trade.orders.models import DeliveryPromise, Order, OrderLine, Shortage

    promise = DeliveryPromise.objects.create(
        area_id=area, cutoff_s=1, same_day_s=2, next_day_s=3, published_at=NOON
    )
    order = Order.objects.create(
        token=f"matrix-{area}", channel="shop", state="confirmed", area_id=area, depot=depot,
        division="350304", goods_fen=1, due_fen=1, promised_at=NOON, placed_at=NOON,
        waits_since_at=NOON, confirmed_at=NOON, phone="138 5030 7261", phone_key="13850307261",
    )  # fmt: skip
    line = OrderLine.objects.create(order=order, sku=sku, name_zh="茶", quantity=1, price_fen=1)
    short = Shortage.objects.create(line=line, area_id=area, pieces=1, opened_at=NOON)
    return {"orders.Order": order, "orders.Shortage": short, "orders.DeliveryPromise": promise}


def _runs(area: str, *, depot: Any, order: Any, courier: Person) -> dict[str, Any]:
    """Put an order of an area on a run of somebody's."""
    from zhanggui.trade.delivery.models import Run, Stop

    run = Run.objects.create(area_id=area, depot=depot, courier=courier, planned_at=NOON)
    stop = Stop.objects.create(run=run, order=order, position=1)
    return {"delivery.Run": run, "delivery.Stop": stop}


def _cash(area: str, *, stop: Any, order: Any) -> dict[str, Any]:
    """Put money of a courier of an area into his purse, and some of it on its way to the count."""
    from zhanggui.ground.ledger.models import Account, Transfer
    from zhanggui.trade.cash.models import Collection, Purse, Remittance

    courier = Person.objects.create(
        user=f"cash_{area}", name_zh="员工", name_en="Staff", hired_at=NOON
    )
    account = Account.objects.create(code=f"cash.courier.{area}", kind="asset", opened_at=NOON)
    purse = Purse.objects.create(
        courier=courier, area_id=area, account=account, since_at=NOON, opened_at=NOON
    )
    safe, _new = Account.objects.get_or_create(
        code="cash.safe", defaults={"kind": "asset", "opened_at": NOON}
    )
    pending = Transfer.objects.create(
        deed=uuid.uuid4(), phase="pending", debit=safe, credit=account, amount_fen=1,
        entry="remit", at=NOON,
    )  # fmt: skip
    remittance = Remittance.objects.create(
        area_id=area, courier=courier, expected_fen=1, declared_fen=1, declared_at=NOON,
        pending=pending,
    )  # fmt: skip
    collection = Collection.objects.create(
        stop=stop, order=order, courier=courier, area_id=area, due_fen=1, tendered_fen=1,
        change_fen=0, late=True, taken_at=NOON,
    )  # fmt: skip
    return {
        "cash.Purse": purse, "cash.Remittance": remittance, "cash.Collection": collection,
    }  # fmt: skip


CASH_DUTIES = {"S-CM-2", "F-ST-1", "F-TX-1", "M-GM-1", "S-PM-1", "S-RM-2"}

ORDER_DUTIES = {
    "S-CO-1", "S-CO-2", "S-CO-3", "S-CO-4", "S-CO-5", "S-CO-6", "S-CM-1", "S-CM-2", "C-CO-1",
    "C-SV-1", "C-PY-1", "F-ST-1", "M-GM-1", "G-6", "S-PM-1", "S-RM-2",
}  # fmt: skip
"""Whoever screens, delivers, settles, answers customers, or answers for it."""


def _stock(area: str, *, sku: Any) -> dict[str, Any]:
    """Put a depot into an area, with goods in it and more of them announced."""
    from zhanggui.books.stock.models import Arrival, Level, Location

    depot = Location.objects.create(
        code=f"D-{area}", kind="depot", name_zh="仓", area_id=area, opened_at=NOON
    )
    level = Level.objects.create(location=depot, sku=sku)
    arrival = Arrival.objects.create(level=level, quantity=1, due_at=NOON, announced_at=NOON)
    return {"stock.Location": depot, "stock.Level": level, "stock.Arrival": arrival}


def _goods() -> dict[str, Any]:
    """Put one of each thing that belongs to the whole company, whatever the area."""
    from zhanggui.books.catalogue.models import Attribute, Category, Intake, Product, Sku
    from zhanggui.books.content.models import Page, PageVersion
    from zhanggui.books.search.models import MissedWord, Synonym
    from zhanggui.books.style.models import Style
    from zhanggui.books.style.rules.tokens import OWN
    from zhanggui.books.wanted.models import WantedGoods
    from zhanggui.ground.media.models import Picture

    category = Category.objects.create(code="tea", name_zh="茶", name_en="Tea")
    product = Product.objects.create(
        code="tea_1", name_zh="铁观音", category=category, state_at=NOON, created_at=NOON
    )
    sku = Sku.objects.create(
        product=product, code="tea_1_250", variant_zh="250g", variant_en="250 g", weight_g=250
    )
    intake = Intake.objects.create(name="g.csv", sha256="0" * 64, rows=0, bad=0, read_at=NOON)
    page = Page.objects.create(kind="article", slug="matrix", begun_at=NOON)
    picture = Picture.objects.create(
        title="茶", alt_zh="茶", sha256="0" * 64, width=90, height=60, created_at=NOON
    )
    page.latest = PageVersion.objects.create(page=page, number=1, title_zh="茶", saved_at=NOON)
    page.save()
    return {
        "content.Page": page,
        "media.Picture": picture,
        "catalogue.Category": category,
        "catalogue.Product": product,
        "catalogue.Sku": sku,
        "catalogue.Intake": intake,
        "catalogue.Attribute": Attribute.objects.create(
            category=category, code="roast", name_zh="焙火", name_en="Roast", kind="text"
        ),
        "search.MissedWord": MissedWord.objects.create(
            word="荔枝", times=1, first_on=NOON.date(), first_at=NOON, last_at=NOON
        ),
        "search.Synonym": Synonym.objects.create(word="龙眼", leads_to="桂圆", since_at=NOON),
        "style.Style": Style.objects.create(
            number=1, name="Red", values=OWN, digest="0" * 16, made_at=NOON
        ),
        "wanted.WantedGoods": WantedGoods.objects.create(word="杨梅", wanted_since_at=NOON),
    }


def _sees(kind: str, duties: set[str], relation: str) -> bool:
    """Return whether someone with these duties in Putian may see such a record of another's."""
    near = relation in WITHIN
    match kind:
        case "org.Assignment":
            return bool(duties & {"S-PM-1", "S-RM-2"}) and near
        case "org.ChangeSet":
            return bool(duties & {"H-PE-1", "G-3"}) and near
        case "org.Person":
            return True
        case "people.PolicyVersion":
            return "H-AD-1" in duties and near
        case "traffic.Link":
            return bool(duties & {"N-DR-1", "N-ED-2", "S-PL-1"}) and near
        case "upkeep.ChangeRequest":
            return "N-PR-1" in duties and near
        case "catalogue.Category" | "catalogue.Product" | "catalogue.Sku" | "catalogue.Attribute":
            return True  # goods belong to the whole company
        case "content.Page" | "media.Picture":
            return bool(duties & {"N-ED-1", "N-PG-1"})  # the site belongs to the whole company
        case "catalogue.Intake":
            return "S-PD-2" in duties
        case "search.MissedWord" | "search.Synonym" | "wanted.WantedGoods":
            return "S-PD-3" in duties
        case "style.Style":
            return "N-PG-2" in duties
        case "wanted.GoodsRequest":
            return "C-CO-1" in duties and near  # else what was passed on, with S-PD-3
        case "stock.Location" | "stock.Level" | "stock.Arrival":
            return "S-PD-5" in duties and near
        case "orders.Order" | "orders.Shortage":
            return bool(duties & ORDER_DUTIES) and near
        case "orders.DeliveryPromise":
            return "S-CM-1" in duties and near
        case "delivery.Run" | "delivery.Stop":
            return bool(duties & {"S-CM-1", "S-CO-6"}) and near
        case "cash.Purse" | "cash.Remittance" | "cash.Collection":
            return bool(duties & CASH_DUTIES) and near  # else only whose own they are
    raise AssertionError(f"{kind}: say here who may see it")


def _holds(route: Route, duties: set[str]) -> bool:
    """Return whether one of the route's duties is among these, or open to everyone."""
    for code in route.duty or ():
        if code not in DUTIES:  # a page may name a duty of the charter itself
            charter, everyone = {code}, False
        else:
            charter, everyone = set(DUTIES[code].charter), DUTIES[code].everyone
        if everyone or charter & (duties | EVERYONES):
            return True
    return not route.duty


def _ought(route: Route, duties: set[str], relation: str) -> bool:
    """Return whether someone with these duties in Putian ought to be let in."""
    if route.kind is None or "<int:pk>" not in route.path:
        return _holds(route, duties)
    if not _holds(route, duties) or not _sees(route.kind, duties, relation):
        return False
    if route.scope == "stops of one's own runs":
        return False  # every record of the cast is somebody else's
    is_act = route.path.count("/") > 5 and not route.name.startswith("panel:")
    if is_act and route.duty:
        own = all(DUTIES[code].own for code in route.duty)
        return not own and (route.kind != "org.Person" or relation in WITHIN)
    return True


def _urls(route: Route, made: dict[str, dict[str, Any]]) -> Iterator[tuple[str, str]]:
    path = route.path.replace("<slug:code>", "courier").replace("<slug:kind>", "appoint")
    path = path.replace("<slug:slug>", "none")
    path = path.replace("<int:number>", "1").replace("<str:user>", "hu")
    path = path.replace("<slug:seal>", "none").replace("<str:name>", "none")
    path = path.replace("<slug:digest>", "none")
    path = path.replace("<slug:token>", "none").replace("<str:code>", "none")
    if route.kind and "<int:pk>" in path:
        for relation, record in made[route.kind].items():
            yield relation, path.replace("<int:pk>", str(record.pk))
    else:
        yield "own", path.replace("<int:pk>", "1")
    assert not re.search("<(?!int:pk)", path), f"{path}: give its parts a value here"


def _ask(browser: Client, method: str, url: str, *, known: Any = None) -> int:
    """Ask, and take back whatever it did; the structure is again what was `known` of it."""
    undo = transaction.atomic()
    undo._from_testcase = True  # actions may still ask for the outermost transaction
    with undo:
        answer = browser.post(url, {}) if method == "POST" else browser.get(url)
        transaction.set_rollback(True)
    for close in answer._resource_closers:  # a file; closing the answer would close the database
        close()
    if method == "POST" and answer.status_code != 404:
        forget_present(back_to=known)  # it may have changed it, and that has been taken back
    return answer.status_code


SKIPPED = ("account:sign_out", "account:enter", "account:end_session")
"""These change who is signed in; test_account_pages.py covers them."""


@pytest.fixture
def made(person: Callable[[str], Person]) -> dict[str, dict[str, Any]]:
    with guard.writes_open():
        return _make_records(person("lin"))


@pytest.fixture
def frame_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw the frame of the desk and each page that refuses for the first time only.

    Both come after who asks has been let in or not, and decide nothing of it.
    """
    of_desk, draw = context.desk_context, edge.render
    frames: dict[bool, dict[str, Any]] = {}
    drawn: set[tuple[str, int]] = set()

    def framed(request: HttpRequest) -> dict[str, Any]:
        at_desk = request.user.is_authenticated and request.path.startswith("/desk/")
        if at_desk not in frames:
            frames[at_desk] = of_desk(request)
        return frames[at_desk]

    def refused(
        request: HttpRequest, template: str, context: dict[str, Any], *, status: int
    ) -> HttpResponse:
        if (template, status) in drawn:
            return HttpResponse(status=status)
        drawn.add((template, status))
        return draw(request, template, context, status=status)

    engine = engines["django"].engine
    processors = engine.template_context_processors
    told = tuple(framed if one is of_desk else one for one in processors)
    assert framed in told
    monkeypatch.setattr(engine, "template_context_processors", told)
    monkeypatch.setattr(edge, "render", refused)


@pytest.mark.books_broken
@pytest.mark.parametrize("post", POSTS)
@pytest.mark.usefixtures("frame_drawn_once")
def test_every_url_for(
    post: str, made: dict[str, dict[str, Any]], sign_in: Callable[..., Client]
) -> None:
    with guard.writes_open():
        someone = Person.objects.create(user="someone", name_zh="某", name_en="X", hired_at=NOON)
        Appointment.objects.create(
            person=someone, post_id=post, unit_id="sales", area_id="putian", kind="main",
            since_at=NOON - timedelta(days=1),
        )  # fmt: skip
    forget_present()  # appointed past the actions: the structure read before knows nothing of it
    known = present(NOON)
    browser = sign_in("someone")
    assert browser.get("/desk/").status_code == 200  # marks the session as seen, for all the others
    deviations = []
    for route in routes():
        if route.name.startswith(SKIPPED) or route.audience == "public":
            continue
        for relation, url in _urls(route, made):
            ought = _ought(route, DUTIES_OF_POST[post], relation)
            for method in route.methods:
                status = _ask(browser, method, url, known=known)
                mine = "oneself" in route.scope or "own" in route.scope
                let_in = status != 404 or (mine and not route.kind)
                if let_in != ought or status >= 500 or status == 403:
                    deviations.append(f"{method} {url} ({relation}): {status}, ought {ought}")
    assert deviations == []


@pytest.mark.books_broken
@pytest.mark.parametrize("signed_in", [True, False])
def test_every_url_for_nobody(
    signed_in: bool, made: dict[str, dict[str, Any]], sign_in: Callable[..., Client]
) -> None:
    browser = Client()
    if signed_in:
        with guard.writes_open():
            Person.objects.create(user="nobody", name_zh="无", name_en="N", hired_at=NOON)
        browser = sign_in("nobody")
    arrived = copy.deepcopy(browser.cookies)
    deviations = []
    for route in routes():
        if route.name.startswith(SKIPPED):
            continue
        for relation, url in _urls(route, made):
            for method in route.methods:
                browser.cookies = copy.deepcopy(arrived)  # each time as if it were the first
                status = _ask(browser, method, url)
                broken = status >= 500 and route.name != "readyz"
                # A page leads to the sign-in, a door for scripts says that one is signed out.
                if broken or (route.audience != "public" and status not in {302, 401}):
                    deviations.append(f"{method} {url} ({relation}): {status}, ought sign-in")
    assert deviations == []


def test_the_matrix_knows_every_kind_of_record() -> None:
    for route in routes():
        if route.kind:
            assert _sees(route.kind, set(), "own") in {True, False}
