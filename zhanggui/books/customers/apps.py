"""Customers as a Django app."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """The room customers."""

    name = "zhanggui.books.customers"
    label = "customers"
