"""The room cash as a Django app."""

from django.apps import AppConfig


class CashConfig(AppConfig):
    """The room cash."""

    name = "zhanggui.trade.cash"
    label = "cash"
