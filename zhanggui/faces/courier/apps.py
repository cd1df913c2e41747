"""The courier's phone app as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CourierConfig(AppConfig):
    """The face courier."""

    name = "zhanggui.faces.courier"
    label = "courier"

    def ready(self) -> None:
        """Open its door on the first page, and answer below its path in its own looks."""
        from zhanggui.faces.courier.pages.shell import answer
        from zhanggui.ground.desk.edge import FRONTS
        from zhanggui.ground.desk.pages.context import open_door

        open_door(
            "courier:app",
            _("Courier's app"),
            _("Stops, doors and cash on a phone, with and without a connection."),
            "truck-delivery",
            position=20,
            duty="delivery.door",
        )
        FRONTS["/courier/"] = answer
