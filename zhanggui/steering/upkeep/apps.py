"""Upkeep as a Django app."""

from django.apps import AppConfig


class UpkeepConfig(AppConfig):
    """The room upkeep."""

    name = "zhanggui.steering.upkeep"
    label = "upkeep"
