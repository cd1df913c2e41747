"""Places as a Django app."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """The room places."""

    name = "zhanggui.ground.places"
    label = "places"
