"""What the search of everything finds about money: hand-ins by their number."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.dossier import url_of
from zhanggui.ground.desk.find import Hit, finder
from zhanggui.trade.cash.duties import remittance_badge
from zhanggui.trade.cash.queries import remittances_found


@finder(_("Hand-ins"))
def find_hand_ins(by: DeskActor, text: str, limit: int) -> Iterable[Hit]:
    """Yield hand-ins by the number people say, without any sum."""
    for found in remittances_found(by, text)[:limit]:
        badge = remittance_badge(found)
        yield Hit(found.number, url_of(found), note=found.courier.name, badge=badge)
