"""The ledger as a Django app."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The room ledger."""

    name = "zhanggui.ground.ledger"
    label = "ledger"
