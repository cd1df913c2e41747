"""The room delivery as a Django app."""

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    """The room delivery."""

    name = "zhanggui.trade.delivery"
    label = "delivery"
