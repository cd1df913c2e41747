"""The media room as a Django app."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig


class MediaConfig(AppConfig):
    """Tells the image library the few operations it needs; its admin's hooks stay asleep."""

    name = "zhanggui.ground.media"
    label = "media"

    def ready(self) -> None:
        """Do so once all models are known.

        Left alone, the library looks through its whole admin for hooks at the first picture: half
        a second, 20 MB, and forms for accounts that a person of this house has no fields for.
        """
        from wagtail import hooks

        hooks.register("register_image_operations", _operations)
        hooks._searched_for_hooks = True


def _operations() -> list[tuple[str, Any]]:
    from wagtail.images import image_operations as does

    from zhanggui.ground.media.models import BareFormat

    return [
        ("fill", does.FillOperation),
        ("max", does.MinMaxOperation),
        ("min", does.MinMaxOperation),
        ("width", does.WidthHeightOperation),
        ("height", does.WidthHeightOperation),
        ("format", BareFormat),
    ]
