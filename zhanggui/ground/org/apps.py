"""The organisation as a Django app."""

from django.apps import AppConfig


class OrgConfig(AppConfig):
    """The room org."""

    name = "zhanggui.ground.org"
    label = "org"
