"""The desk as a Django app."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class DeskConfig(AppConfig):
    """Collects what every room declares: duties, audits, rounds, dossiers."""

    name = "zhanggui.ground.desk"
    label = "desk"

    def ready(self) -> None:
        """Do so once all models are known."""
        autodiscover_modules("duties", "dossiers", "finders", "figures", "audits", "rounds")
