"""The traffic as a Django app."""

from django.apps import AppConfig


class TrafficConfig(AppConfig):
    """The room traffic."""

    name = "zhanggui.books.traffic"
    label = "traffic"
