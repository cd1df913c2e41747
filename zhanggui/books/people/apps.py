"""People as a Django app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The room people."""

    name = "zhanggui.books.people"
    label = "people"
