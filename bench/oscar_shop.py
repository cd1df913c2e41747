"""A shop of django-oscar with two products, and guests who order both: what ours stands beside.

Run by `test_beside_oscar.py` with a Python that has django-oscar: `python bench/oscar_shop.py
FOLDER ORDERS`. Everything is as the library ships it: its pages, its templates, its basket, its
guest checkout, no payment step, as with cash on delivery; free shipping. The database is SQLite as
durable as ours (write-ahead log, synchronous=FULL, BEGIN IMMEDIATE). Prints one JSON object:
orders, seconds of the wall, seconds of processor, requests and statements of one order.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from pathlib import Path

import django
from browser import Answer, Browser  # beside this file: nothing else of ours is imported
from django.conf import settings
from django.urls import include, path

FOLDER, ORDERS, WARM = Path(sys.argv[1]), int(sys.argv[2]), 5


def configure() -> None:
    """Set the library up as its documentation says, with nothing beside it."""
    from oscar import INSTALLED_APPS as OSCAR_APPS
    from oscar import defaults

    given = {name: getattr(defaults, name) for name in dir(defaults) if name.startswith("OSCAR")}
    settings.configure(
        **given
        | {
            "OSCAR_ALLOW_ANON_CHECKOUT": True,
            "OSCAR_SEND_REGISTRATION_EMAIL": False,
            "OSCAR_REQUIRED_ADDRESS_FIELDS": ("first_name", "last_name", "line1", "line4"),
        },
        SECRET_KEY="a shop that is only measured",
        ALLOWED_HOSTS=["*"],
        SITE_ID=1,
        INSTALLED_APPS=[*OSCAR_APPS, "sorl.thumbnail"],
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "oscar.apps.basket.middleware.BasketMiddleware",
        ],
        AUTHENTICATION_BACKENDS=["oscar.apps.customer.auth_backends.EmailBackend"],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                        "oscar.apps.search.context_processors.search_form",
                        "oscar.apps.checkout.context_processors.checkout",
                        "oscar.core.context_processors.metadata",
                    ]
                },
            }
        ],
        HAYSTACK_CONNECTIONS={
            "default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}
        },
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": FOLDER / "oscar.sqlite3",
                "CONN_MAX_AGE": None,
                "ATOMIC_REQUESTS": True,
                "OPTIONS": {
                    "transaction_mode": "IMMEDIATE",
                    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
                },
            }
        },
        EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
        ROOT_URLCONF=__name__,
        STATIC_URL="/static/",
        MEDIA_ROOT=FOLDER / "media",
        USE_TZ=True,
        LANGUAGE_CODE="en",
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    )  # fmt: skip
    django.setup()


urlpatterns: list[object] = []


def stock_up() -> list[int]:
    """Put two products on sale, plenty of each, without pictures; return their numbers."""
    import oscar
    from oscar.core.loading import get_model

    missing = FOLDER / "media" / settings.OSCAR_MISSING_IMAGE_URL
    missing.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(Path(oscar.__file__).parent / "static/oscar/img/image_not_found.jpg", missing)

    kind = get_model("catalogue", "ProductClass").objects.create(name="Tea", track_stock=True)
    partner = get_model("partner", "Partner").objects.create(name="Depot")
    get_model("address", "Country").objects.create(
        iso_3166_1_a2="CN", printable_name="China", name="China", is_shipping_country=True
    )
    made = []
    for name, price in (("Tieguanyin", "68.00"), ("Longan", "39.90")):
        product = get_model("catalogue", "Product").objects.create(
            title=name, product_class=kind, upc=name
        )
        get_model("partner", "StockRecord").objects.create(
            product=product, partner=partner, partner_sku=name, price=price, num_in_stock=100_000
        )
        made.append(product.pk)
    return made


def order(browser: Browser, products: list[int], number: int) -> int:
    """Order both products as a guest, page by page as a browser does; return the requests."""
    browser.forget()
    browser.asked = 0

    def send(url: str, **form: str) -> Answer:
        answer = browser.post(url, form) if form else browser.get(url)
        while answer.status_code in {301, 302}:
            answer = browser.get(answer.headers["Location"])
        assert answer.status_code == 200, (url, answer.status_code)
        return answer

    for pk in products:
        send(f"/basket/add/{pk}/", quantity="1")
    send("/checkout/", username=f"guest{number}@example.org", options="anonymous")
    send(
        "/checkout/shipping-address/", first_name="Xiaojuan", last_name="Chen", country="CN",
        line1=f"Shengli Road {number}, 3-502", line4="Putian", postcode="351100",
    )  # fmt: skip
    done = send("/checkout/preview/", action="place_order")
    assert b"order" in done.content.lower()
    return browser.asked


def main() -> None:
    """Order so many times; print what it took."""
    configure()
    from django.apps import apps
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from oscar.core.loading import get_model

    urlpatterns.append(path("", include(apps.get_app_config("oscar").urls[0])))
    call_command("migrate", verbosity=0)
    products, browser = stock_up(), Browser(get_wsgi_application())
    for number in range(WARM):
        order(browser, products, number)
    begun, spent = time.perf_counter(), time.process_time()
    for number in range(WARM, WARM + ORDERS):
        requests = order(browser, products, number)
    cpu_s, wall_s = time.process_time() - spent, time.perf_counter() - begun
    with CaptureQueriesContext(connection) as captured:
        order(browser, products, WARM + ORDERS)
    placed = get_model("order", "Order").objects.count()
    assert placed == WARM + ORDERS + 1, placed
    statements = len(captured)
    told = {"orders": ORDERS, "wall_s": wall_s, "cpu_s": cpu_s}
    print(json.dumps(told | {"requests": requests, "statements": statements}))


if __name__ == "__main__":
    main()
