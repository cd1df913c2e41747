"""Catalogue as a Django app."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """The room catalogue."""

    name = "zhanggui.books.catalogue"
    label = "catalogue"
