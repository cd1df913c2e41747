"""Search as a Django app."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """The room search."""

    name = "zhanggui.books.search"
    label = "search"
