"""Prices as a Django app."""

from django.apps import AppConfig


class PricesConfig(AppConfig):
    """The room prices."""

    name = "zhanggui.books.prices"
    label = "prices"
