"""Django's settings. Everything that a deployment may choose comes from the environment, and from nowhere else.

Importing this asks for nothing, so that a type checker and the tests can; the commands that serve, work, migrate or
load call `environment.check` first and stop with one list of what is wrong.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF

from tiemchung.project import environment

ENVIRONMENT, _ = environment.read(os.environ)
_HTTPS = ENVIRONMENT.public_url.startswith("https://")
_PACKAGE = Path(__file__).resolve().parent.parent

ROOMS = [
    "journal",
    "places",
    "people",
    "notices",
    "access",
    "declarations",
    "vaccines",
    "supply",
    "immunization",
    "campaigns",
    "scheduling",
    "visits",
    "safety",
    "certificates",
    "movement",
    "mending",
    "figures",
    "response",
    "intake",
]
FACES = [
    "healthbook",
    "portal",
    "workbench",
    "station",
    "center",
    "checkpoint",
    "depot",
    "verifier",
    "partners",
    "devices",
    "shared",
]

# What is particular to this platform

TIEMCHUNG_KEYS_DIR = str(ENVIRONMENT.keys_dir or "")
TIEMCHUNG_DEMO = ENVIRONMENT.demo
TIEMCHUNG_CLOCK_FILE = str(ENVIRONMENT.clock_file or "")
TIEMCHUNG_CAMPAIGN_START = ENVIRONMENT.campaign_start
TIEMCHUNG_PUBLIC_URL = ENVIRONMENT.public_url
TIEMCHUNG_RUN = ENVIRONMENT.run
TIEMCHUNG_STREAM_URL = ENVIRONMENT.stream_url
TIEMCHUNG_HUB_DOMAIN = ENVIRONMENT.hub_domain
TIEMCHUNG_MESSAGE_GATEWAY_URL = ENVIRONMENT.message_gateway_url
TIEMCHUNG_REGISTER_URL = ENVIRONMENT.register_url
TIEMCHUNG_REGISTER_CLIENT = ENVIRONMENT.register_client
TIEMCHUNG_REGISTER_KEY = ENVIRONMENT.register_key
TIEMCHUNG_ISSUER = ENVIRONMENT.issuer
TIEMCHUNG_PHONE_COUNTRIES = ENVIRONMENT.phone_countries
TIEMCHUNG_TABLET_LOCK_MINUTES = ENVIRONMENT.tablet_lock_minutes

# Django

SECRET_KEY = ENVIRONMENT.secret_key
DEBUG = False
ALLOWED_HOSTS = list(ENVIRONMENT.allowed_hosts)
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
    *[f"tiemchung.domain.{room}" for room in ROOMS],
    *[f"tiemchung.faces.{face}" for face in FACES],
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tiemchung.faces.shared.language.LanguageMiddleware",
    "tiemchung.faces.shared.readable.ReadableMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tiemchung.faces.shared.refusals.RefusalMiddleware",
    "tiemchung.faces.shared.busy.BusyMiddleware",
]
ROOT_URLCONF = "tiemchung.project.urls"
WSGI_APPLICATION = "tiemchung.project.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES: dict[str, dict[str, Any]] = {
    "default": environment.django_database(
        ENVIRONMENT.database_url, reads_whole_tables=ENVIRONMENT.database_url == ENVIRONMENT.owner_url
    )
}

# Language and time: pages speak Vietnamese first, business days are those of Viet Nam whatever the machine says.

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

# Pages are Jinja2 (templates under `jinja2/` of each face); Django's own engine serves what other packages bring.

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {"environment": "tiemchung.faces.shared.jinja.environment"},
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]

# Files of the pages are built before and served by the web process itself; built names carry their content's hash.

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/build/.+-[\w-]{8}\.\w+$"

# What a browser may do with our pages: nothing from another origin, no frame around them.

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF, *([ENVIRONMENT.stream_url] if ENVIRONMENT.stream_url else [])],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.public_url]
CSRF_COOKIE_SECURE = _HTTPS
CSRF_FAILURE_VIEW = "tiemchung.faces.shared.failures.form_too_old"
CSRF_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
# A repair of one error names a thousand doses at most, beside the fields of its form.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_100

# Sign-in of the staff: a passkey, or a password with TOTP. Accounts are made by loading staff, never by signing up.

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "start"
ACCOUNT_ADAPTER = "tiemchung.faces.shared.signin.StaffAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
MFA_ADAPTER = "tiemchung.faces.shared.signin.StaffMFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Tiêm Chủng"
MFA_TOTP_TOLERANCE = 1  # a code that has just turned is still taken (RFC 6238, 5.2): phones' clocks run a little wrong

# Rate limits of the sign-in count here, alike for every process of the web.

CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "access_cache"}}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"procrastinate": {"level": "WARNING"}},
}
