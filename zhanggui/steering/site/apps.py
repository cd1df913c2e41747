"""The site's statistics as a Django app."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """The room site: it owns no tables."""

    name = "zhanggui.steering.site"
    label = "site"
