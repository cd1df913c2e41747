"""Wanted goods as a Django app."""

from django.apps import AppConfig


class WantedConfig(AppConfig):
    """The room wanted."""

    name = "zhanggui.books.wanted"
    label = "wanted"
