"""URLs of the example company."""

from django.urls import path

from zhanggui.demo import pages

app_name = "demo"
urlpatterns = [
    path("example/day/", pages.day, name="day"),
    path("example/day/pass/", pages.let_day_pass, name="let_day_pass"),
]
