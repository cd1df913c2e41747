"""Finding runs by the number people say."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.dossier import url_of
from zhanggui.ground.desk.find import Hit, finder
from zhanggui.trade.delivery import queries
from zhanggui.trade.delivery.duties import run_badge


@finder(_("Runs"))
def find_runs(by: DeskActor, text: str, limit: int) -> list[Hit]:
    """Find runs by number (R1123-7) or by the courier's name."""
    return [
        Hit(
            f"{run.number} · {run.courier.name}",
            url_of(run),
            note=run.area.name,
            badge=run_badge(run),
        )
        for run in queries.runs_sought(by, text)[:limit]
    ]
