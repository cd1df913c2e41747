"""The JSON doors as a Django app."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The room api."""

    name = "zhanggui.faces.api"
    label = "api"
