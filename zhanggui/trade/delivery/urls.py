"""The URLs of the runs."""

from __future__ import annotations

from django.urls import include, path

from zhanggui.trade.delivery.pages import dispatch, picking, plan

urlpatterns = [
    path(
        "desk/dispatch/",
        include(
            (
                [
                    path("", dispatch, name="dispatch"),
                    path("plan/", plan, name="plan"),
                    path("run/<int:pk>/picking/", picking, name="picking"),
                ],
                "delivery",
            )
        ),
    ),
]
