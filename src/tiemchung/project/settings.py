"""Django's settings. Everything a deployment may choose comes from the environment."""

from __future__ import annotations

import os

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

SECRET_KEY = os.environ.get("TIEMCHUNG_SECRET_KEY", "only-until-the-environment-room-reads-it")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    *[f"tiemchung.domain.{room}" for room in ROOMS],
    *[f"tiemchung.faces.{face}" for face in FACES],
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "tiemchung.project.urls"
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
LANGUAGE_CODE = "vi"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "tiemchung"}}
TIEMCHUNG_KEYS_DIR = os.environ.get("TIEMCHUNG_KEYS_DIR", "")

# Sign-in of the staff: a passkey, or a password with TOTP. Accounts are made by loading staff, never by signing up.
DEMO = os.environ.get("TIEMCHUNG_DEMO") == "1"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/station/"
ACCOUNT_ADAPTER = "tiemchung.faces.shared.signin.StaffAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Tiêm Chủng"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEMO
# Rate limits of the sign-in count here, alike for every process of the web.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "access_cache"}}
