"""The reports as a Django app."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """The room reports."""

    name = "zhanggui.steering.reports"
    label = "reports"
