"""The way from a run on the desk to its doors on the phone."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from zhanggui.ground.desk.actor import DeskActor
from zhanggui.ground.desk.dossier import panel
from zhanggui.trade.delivery.models import Run
from zhanggui.trade.delivery.rules import RunState


@panel(on="delivery.Run", title=_("On the phone"))
def run_on_phone(run: Run, by: DeskActor) -> str | None:
    """Lead a courier from his own run on the road to its doors on his phone."""
    if not run.names_person(by.person_id) or run.state != RunState.OUT:
        return None
    return render_to_string("courier/run_panel.html")
