"""The example company as a Django app: its pages, words and jobs."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The example company."""

    name = "zhanggui.demo"
    label = "demo"

    def ready(self) -> None:
        """Put "Let a day pass" on the first page."""
        from zhanggui.demo import pages  # noqa: F401 - registers its part
