"""Style as a Django app."""

from django.apps import AppConfig


class StyleConfig(AppConfig):
    """The room style."""

    name = "zhanggui.books.style"
    label = "style"
