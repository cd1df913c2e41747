"""Content as a Django app."""

from django.apps import AppConfig


class ContentConfig(AppConfig):
    """The room content."""

    name = "zhanggui.books.content"
    label = "content"
