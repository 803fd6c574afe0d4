"""Django's settings. Everything that differs between installations is read here from the environment (docs/operate.md)."""

import hashlib
from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF

from config import env
from config.home import own_key, suiro_home
from config.safety import LOOPBACK, is_loopback, refuse_unsafe
from config.words import compiled

BASE_DIR = Path(__file__).resolve().parent.parent
SUIRO_HOME = suiro_home()

DEBUG = env.flag("SUIRO_DEBUG")
HTTPS = env.flag("SUIRO_HTTPS")
HOSTS = env.names("SUIRO_HOST")
ALLOWED_HOSTS = [*LOOPBACK, *HOSTS]
refuse_unsafe(HOSTS, debug=DEBUG, https=HTTPS)
PORT = env.integer("SUIRO_PORT", 8000, least=1, most=65_535)

SECRET_KEY = own_key(SUIRO_HOME, "secret.key")
FIELD_KEY = own_key(SUIRO_HOME, "fields.key")
WORKER_TOKEN_FILE = SUIRO_HOME / "worker.token"
EMBEDDED_BROKER = env.text("SUIRO_EMBEDDED_BROKER")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "channels",
    "flows",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.headers.PermissionsPolicy",
    "config.statics.WholeFiles",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "flows.access.ClosedUnlessListed",
    "flows.languages.ChosenLanguage",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "flows.pages.frame.frame",
            ],
            "builtins": ["django.templatetags.i18n", "flows.templatetags.suiro"],
        },
    }
]

DATABASES = {"default": env.database("DATABASE_URL", SUIRO_HOME / "suiro.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- who may come in ----------------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
AUTH_PASSWORD_VALIDATORS[1]["OPTIONS"] = {"min_length": 10}  # type: ignore[assignment]
LOGIN_URL = "signin"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "signin/locked.html"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
SIGNIN_LINK_MINUTES = env.integer("SUIRO_SIGNIN_LINK_MINUTES", 60, least=1, most=1440)

_OFF_LOOPBACK = any(not is_loopback(host) for host in HOSTS)
_OURS = hashlib.sha256(str(SUIRO_HOME).encode()).hexdigest()[:6]
SESSION_COOKIE_NAME = f"suiro_{_OURS}"  # two installations on one machine keep their sessions apart
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS or _OFF_LOOPBACK
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE
CSRF_USE_SESSIONS = True
CSRF_FAILURE_VIEW = "flows.pages.problems.csrf_failed"
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in HOSTS] if HTTPS else []

# --- what a browser may do ----------------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "connect-src": [SELF],
        "worker-src": [SELF, "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

# --- words and files ----------------------------------------------------------------------------------------------

LANGUAGES = [("ja", "日本語"), ("en", "English")]
LANGUAGE_CODE = "en"
LANGUAGE_COOKIE_NAME = "suiro_lang"
LOCALE_PATHS = [compiled(BASE_DIR / "flows" / "locale", SUIRO_HOME)]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static", ("kinds", BASE_DIR / "docs" / "nodes" / "pictures")]
EDITOR_MANIFEST = BASE_DIR / "static" / "editor" / ".vite" / "manifest.json"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = env.flag("SUIRO_STATIC_REFRESH", DEBUG)
WHITENOISE_MAX_AGE = 0
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/editor/assets/.+$"

# --- live view, work in the background ----------------------------------------------------------------------------

REDIS_URL = env.text("SUIRO_REDIS_URL")
CACHES: dict[str, dict[str, Any]]
if REDIS_URL:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.core.RedisChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL], "capacity": 2_000, "expiry": 60, "symmetric_encryption_keys": [FIELD_KEY]},
        }
    }
    _redis = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    CACHES = {"default": _redis, "pictures": {**_redis, "KEY_PREFIX": "pictures"}}
else:
    CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels.layers.InMemoryChannelLayer", "CONFIG": {"capacity": 2_000, "expiry": 60}}
    }
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "suiro",
            "OPTIONS": {"MAX_ENTRIES": 20_000},
        },
        "pictures": {  # of at most 64 kB each
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "pictures",
            "OPTIONS": {"MAX_ENTRIES": 500},
        },
    }

METRICS_TOKEN = env.text("SUIRO_METRICS_TOKEN")
CELERY_BROKER_URL = env.text("SUIRO_CELERY_BROKER")
FIRINGS_KEPT = env.integer("SUIRO_FIRINGS_KEPT", 10_000, least=100, most=10_000_000)
ROWS_KEPT = env.integer("SUIRO_ROWS_KEPT", 200_000, least=1_000, most=100_000_000)
FIRINGS_DAYS = env.integer("SUIRO_FIRINGS_DAYS", 90, least=1, most=3_650)
JOB_THREADS = env.integer("SUIRO_JOB_THREADS", 2, least=1, most=32)
JOBS_WAITING = env.integer("SUIRO_JOBS_WAITING", 16, least=1, most=1_000)
JOB_SECONDS = env.integer("SUIRO_JOB_SECONDS", 300, least=10, most=3_600)

_LOG = env.choice("SUIRO_LOG", "WARNING", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"secrets": {"()": "config.logs.WithoutSecrets"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["secrets"]}},
    "root": {"handlers": ["console"], "level": _LOG},
    "loggers": {"flows": {"level": "INFO"}, "django.request": {"level": "ERROR"}},
}
