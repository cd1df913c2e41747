"""Where the courier's app is served."""

from django.urls import include, path

from zhanggui.faces.courier.pages import doors, plain, shell

door_urls = [
    path("", shell.app, name="app"),
    path("sw.js", shell.worker, name="worker"),
    path("app.webmanifest", shell.manifest, name="manifest"),
    path("shift.json", doors.shift, name="shift"),
    path("token/", doors.token, name="token"),
    path("deeds/", doors.deeds, name="deeds"),
    path("stops/", plain.stops, name="stops"),
    path("stops/<int:pk>/", plain.stop, name="stop"),
]

urlpatterns = [path("courier/", include((door_urls, "courier")))]
