"""The shop as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class ShopConfig(AppConfig):
    """The storefront: it owns no tables."""

    name = "zhanggui.faces.shop"
    label = "shop"
