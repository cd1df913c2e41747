"""The kernel as a Django app."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """Puts the write guard on every database connection."""

    name = "zhanggui.ground.kernel"
    label = "kernel"

    def ready(self) -> None:
        """Do so once all models are known."""
        from zhanggui.ground.kernel import guard

        guard.install()
