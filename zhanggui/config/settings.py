"""All settings of a Zhanggui installation, driven by the environment, in one file."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path
from typing import Any

import dj_database_url
from django.utils.translation import gettext_lazy as _

PROJECT = Path(__file__).resolve().parents[2]
PACKAGE = PROJECT / "zhanggui"


def _flag(name: str, *, default: bool = False) -> bool:
    return os.environ.get(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def _secret_key(data: Path) -> str:
    """Return the installation's own secret, made on first use and kept beside its data."""
    if given := os.environ.get("SECRET_KEY"):
        return given
    path = data / "secret.key"
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        fresh = data / f"secret.{os.getpid()}"
        fresh.write_text(secrets.token_urlsafe(48), encoding="ascii")
        fresh.chmod(0o600)
        try:
            os.link(fresh, path)  # first writer wins; two servers starting at once agree
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text(encoding="ascii")


# --- where things live -----------------------------------------------------------------------
DATA = Path(os.environ.get("DATA", PROJECT / "var")).resolve()
SECRET_KEY = _secret_key(DATA)
DEBUG = _flag("DEBUG")
ALLOWED_HOSTS = os.environ.get("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
# Behind a TLS proxy set HTTPS=1: cookies become secure and HSTS is sent.
HTTPS = _flag("HTTPS")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if o]
# A loopback-only server may offer one-click sign-in to the example company's people.
LOOPBACK = _flag("LOOPBACK", default=True)

# --- rooms -----------------------------------------------------------------------------------
ROOMS = [
    "zhanggui.ground.kernel",
    "zhanggui.ground.desk",
    "zhanggui.ground.ledger",
    "zhanggui.ground.places",
    "zhanggui.ground.media",
    "zhanggui.ground.org",
    "zhanggui.books.people",
    "zhanggui.books.customers",
    "zhanggui.books.catalogue",
    "zhanggui.books.style",
    "zhanggui.books.content",
    "zhanggui.books.stock",
    "zhanggui.books.prices",
    "zhanggui.books.traffic",
    "zhanggui.books.search",
    "zhanggui.books.wanted",
    "zhanggui.trade.orders",
    "zhanggui.trade.delivery",
    "zhanggui.trade.cash",
    "zhanggui.steering.reports",
    "zhanggui.steering.site",
    "zhanggui.steering.upkeep",
    "zhanggui.faces.shop",
    "zhanggui.faces.courier",
    "zhanggui.faces.api",
]
INSTALLED_APPS = [
    *ROOMS,
    "zhanggui.demo",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "template_partials",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    # The image library, and what its tables stand on; its pages are not routed.
    "taggit",
    "wagtail",
    "wagtail.admin",
    "wagtail.users",
    "wagtail.images",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "zhanggui.ground.desk.edge.Packed",
    "zhanggui.ground.desk.edge.Edge",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "zhanggui.ground.org.entrance.Entrance",
]
ROOT_URLCONF = "zhanggui.config.urls"
WSGI_APPLICATION = "zhanggui.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "zhanggui.ground.desk.folding.Loader",
                            ["django.template.loaders.app_directories.Loader"],
                        )
                    ],
                )
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "zhanggui.ground.desk.templatetags.desk",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "zhanggui.ground.desk.pages.context.desk_context",
            ],
        },
    }
]

# --- database --------------------------------------------------------------------------------
# SQLite out of the box. FULL: an acknowledged deed survives a power cut; IMMEDIATE: writers queue
# for the lock instead of failing half-way (design figures in docs/adr/0002).
SQLITE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        "PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY; PRAGMA mmap_size=134217728;"
    ),
}
_url = os.environ.get("DATABASE_URL", "")
if _url:
    _database: Any = dj_database_url.parse(_url, conn_max_age=0)
    # PostgreSQL would compile a plan for two seconds that then runs for fifty milliseconds.
    _database.setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")
    if _flag("DATABASE_POOL", default=True):  # the web server's threads share connections
        _database.setdefault("OPTIONS", {})["pool"] = {"min_size": 1, "max_size": 8, "timeout": 20}
    else:  # a command has one, and keeps it
        _database["CONN_MAX_AGE"] = None
else:
    _database = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA / "zhanggui.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": SQLITE_OPTIONS,
        # Tests use a file as production does (in memory locks differently), one for each process.
        "TEST": {"NAME": Path(tempfile.gettempdir()) / f"zhanggui-test-{os.getpid()}.sqlite3"},
    }
DATABASES = {"default": _database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "shared_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
    # What may be counted in each process by itself, and forgotten with it.
    "process": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "process",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # Pages name pictures without asking for them: remembering renditions would only cost writes.
    "renditions": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}

# --- people and sign-in ----------------------------------------------------------------------
AUTH_USER_MODEL = "org.Person"
AUTHENTICATION_BACKENDS = ["zhanggui.ground.org.signin.PersonBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
# People are known by user name and phone; the house keeps no e-mail addresses.
ACCOUNT_USER_MODEL_USERNAME_FIELD = "user"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_ADAPTER = "zhanggui.ground.org.adapter.SignIn"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
_FORMS = "zhanggui.ground.org.account_forms"
ACCOUNT_FORMS = {
    "login": f"{_FORMS}.SignInForm",
    "change_password": f"{_FORMS}.OwnPasswordForm",
    "set_password": f"{_FORMS}.FirstPasswordForm",
    "reauthenticate": f"{_FORMS}.ConfirmForm",
}
# Wrong tries are counted per person and address for unknown devices, and apart from them for each
# device on which the person has signed in before (org/signin.py says why).
ACCOUNT_RATE_LIMITS = {
    "login": "",
    "stranger_failed": "10/m/ip,5/5m/key",
    "known_failed": "10/5m/key",
}
MFA_ADAPTER = "zhanggui.ground.org.adapter.Proofs"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # browsers allow that for localhost alone
MFA_FORMS = {
    "authenticate": f"{_FORMS}.CodeForm",
    "reauthenticate": f"{_FORMS}.ConfirmCodeForm",
    "activate_totp": f"{_FORMS}.CodeAppForm",
    "add_webauthn": f"{_FORMS}.PasskeyForm",
    "edit_webauthn": f"{_FORMS}.PasskeyNameForm",
    "login_webauthn": f"{_FORMS}.PasskeySignInForm",
    "authenticate_webauthn": f"{_FORMS}.PasskeyStepForm",
    "reauthenticate_webauthn": f"{_FORMS}.PasskeyConfirmForm",
}
# Behind the TLS proxy the browser's address is the last one the proxy wrote down.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HTTPS else 0
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

# --- safety at the edge ----------------------------------------------------------------------
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "zhanggui.ground.desk.edge.forbidden"
SECURE_CSP = {
    "default-src": ["'self'"],
    "img-src": ["'self'", "data:", "blob:"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000

# --- languages and time ----------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "config" / "locale"]
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("ZONE", "Asia/Shanghai")
# A pretend "now" for tests and the example company; refused for any other company.
CLOCK = os.environ.get("CLOCK", "")

# --- static files and jobs -------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS: list[Path] = []
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "zhanggui.ground.media.storage.Shelf"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = DATA / "media"
WAGTAIL_SITE_NAME = "Zhanggui"
WAGTAILADMIN_STATIC_FILE_VERSION_STRINGS = False  # names are hashed; asked, it would open the files
WAGTAILIMAGES_IMAGE_MODEL = "media.Picture"
WAGTAILIMAGES_AVIF_QUALITY = 60
WAGTAILIMAGES_WEBP_QUALITY = 80
WAGTAILIMAGES_JPEG_QUALITY = 80
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "rounds"]}}

# --- the company's bank account ---------------------------------------------------------------
# What customers transfer to, as "holder / bank / number"; empty: no transfers are offered. Set
# in the environment alone: nobody who gets into the desk can turn customers' money elsewhere.
TRANSFER_ACCOUNT = os.environ.get("TRANSFER_ACCOUNT", "")

# --- messages to customers -------------------------------------------------------------------
# A function send(phone, text); the default writes to the worker's output instead of sending.
MESSAGE_SENDER = os.environ.get("MESSAGE_SENDER", "zhanggui.books.customers.senders.to_console")

# --- log -------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("LOG_LEVEL", "WARNING")},
}
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008", "security.W012", "security.W016"]
SILENCED_SYSTEM_CHECKS = [] if HTTPS else SILENCED_SYSTEM_CHECKS  # plain HTTP only on loopback
SILENCED_SYSTEM_CHECKS += ["wagtailadmin.W003"]  # no page of the image library is served
