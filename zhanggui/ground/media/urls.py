"""The one door behind which pictures hang."""

from __future__ import annotations

from django.urls import include, path

from zhanggui.ground.media.pages import picture
from zhanggui.ground.media.rules import DOOR

urlpatterns = [
    path(
        DOOR,
        include(
            ([path("<int:pk>/<slug:seal>/<str:name>", picture, name="picture")], "media"),
            namespace="media",
        ),
    )
]
