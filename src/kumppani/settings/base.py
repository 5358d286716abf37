"""The production site. Everything an operator may change is read from the environment, here and nowhere else.

`docs/reference` lists the variables; the names start with KUMPPANI_ except DATABASE_URL, which hosting services set.
"""

from __future__ import annotations

import os
from http import HTTPStatus
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from kumppani.languages.compiling import compile_messages
from kumppani.settings.data_folder import made_folder
from kumppani.settings.databases import answers_beside, database_from
from kumppani.settings.secret import secret_key_in

PACKAGE = Path(__file__).resolve().parent.parent
DATA = made_folder(Path(os.environ.get("KUMPPANI_DATA", "var/site")).resolve())

SECRET_KEY = secret_key_in(DATA)
DEBUG = False
DEMONSTRATION = False
ALLOWED_HOSTS = os.environ.get("KUMPPANI_HOSTS", "localhost,127.0.0.1").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("KUMPPANI_ORIGINS", "").split(",") if origin]
BEHIND_TLS = os.environ.get("KUMPPANI_TLS", "yes") == "yes"
# Letters that no page causes have to name the site: the first origin, or the first host.
SITE_ADDRESS = (
    os.environ.get("KUMPPANI_ADDRESS")
    or (CSRF_TRUSTED_ORIGINS or [f"{'https' if BEHIND_TLS else 'http'}://{ALLOWED_HOSTS[0]}"])[0]
)

# The order is the chain of the architecture from the top down.
INSTALLED_APPS = [
    "kumppani.website",
    "kumppani.publishing",
    "kumppani.events",
    "kumppani.projects",
    "kumppani.surveys",
    "kumppani.surveys.sealed",
    "kumppani.results",
    "kumppani.network",
    "kumppani.following",
    "kumppani.moderation",
    "kumppani.accounts",
    "kumppani.regions",
    "kumppani.mailing",
    "kumppani.files",
    "kumppani.history",
    "kumppani.design",
    "kumppani.languages",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    # It stands first and answers by itself, so that nothing below sees an answer.
    "kumppani.surveys.respondent.chain.RespondentChain",
    "kumppani.design.security.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Adds random length to what it packs, so that a secret in a page cannot be guessed from sizes (Heal the Breach).
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kumppani.accounts.halfway.SecondFactorFirst",
    "kumppani.accounts.terms.TermsFirst",
    "kumppani.accounts.refusal.RefusalPage",
]

ROOT_URLCONF = "kumppani.website.urls"
WSGI_APPLICATION = "kumppani.website.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kumppani.design.context.page",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "kumppani.design.templatetags.design",
            ],
        },
    },
]

DATABASES = {"default": database_from(os.environ.get("DATABASE_URL", f"sqlite:///{DATA / 'kumppani.sqlite3'}"))}
DATABASES["answers"] = (
    database_from(os.environ["KUMPPANI_ANSWERS_DATABASE_URL"])
    if "KUMPPANI_ANSWERS_DATABASE_URL" in os.environ
    else answers_beside(DATABASES["default"])
)
DATABASE_ROUTERS = ["kumppani.surveys.sealed.routing.SealedStoreApart"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "fi"
# Each language in its own name: a reader looks for the word she knows.
LANGUAGES = [("fi", "Suomi"), ("sv", "Svenska"), ("en", "English"), ("ar", "العربية")]
LOCALE_PATHS = [compile_messages(PACKAGE / "locale", DATA / "locale")]
FORMAT_MODULE_PATH = ["kumppani.languages.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Helsinki"

PROGRAMME_NAME = os.environ.get("KUMPPANI_PROGRAMME", "") or _("Partnership Programme")
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
RELEASES_FOLDER = DATA / "releases"
FILES_FOLDER = DATA / "files"
LARGEST_RELEASE_UPLOAD = 50 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["kumppani.surveys.uploads.KeptInMemory"]
FILE_UPLOAD_MAX_MEMORY_SIZE = LARGEST_RELEASE_UPLOAD + 1024 * 1024
"""What one request may send in files; the largest is a release with its comparability."""
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

AUTH_USER_MODEL = "accounts.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_request_login_code"
LOGIN_REDIRECT_URL = "workplace"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "kumppani.accounts.adapter.SignIn"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = {
    "request_login_code": "20/m/ip,5/5m/key",
    "login_failed": "10/m/ip,5/5m/key",
    "join": "20/h/ip,3/h/key",
    "report": "20/h/ip",
    "register-for-event": "60/h/ip,5/h/key",
}
SECOND_FACTOR_REQUIRED = os.environ.get("KUMPPANI_SECOND_FACTOR", "yes") != "no"
MFA_ADAPTER = "kumppani.accounts.authenticators.Authenticators"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# A passkey asks for a finger, a face or a PIN, so that it counts as both factors.
MFA_WEBAUTHN_USER_VERIFICATION = "required"
# A clock may be half a minute wrong, and a code may take that long to type.
MFA_TOTP_TOLERANCE = 1
MFA_RATE_LIMITS: dict[str, str] | bool = {"webauthn_login": "10/m/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("KUMPPANI_PROXIES", "0"))

SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "kumppani.website.errors.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = os.environ.get("KUMPPANI_MAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("KUMPPANI_MAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("KUMPPANI_MAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("KUMPPANI_MAIL_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("KUMPPANI_MAIL_TLS", "no") == "yes"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("KUMPPANI_MAIL_FROM", "kumppani@localhost")
MAIL_FOLDER = DATA / "mail"

DEFAULT_EXCEPTION_REPORTER_FILTER = "kumppani.settings.error_reports.NothingOfTheVisitor"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        # Not being ready yet is an answer that `health` gives, and no fault.
        "not ready": {
            "()": "django.utils.log.CallbackFilter",
            "callback": lambda line: getattr(line, "status_code", None) != HTTPStatus.SERVICE_UNAVAILABLE,
        },
    },
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "day": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s", "datefmt": "%Y-%m-%d"},
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["not ready"]},
        "stderr by day": {"class": "logging.StreamHandler", "formatter": "day"},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # Django mails errors to ADMINS by default; here an error is a line and a traceback on stderr, nothing else.
    # What goes wrong on a respondent's page is told by the day: a time of day would lead to the respondent.
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        "kumppani.surveys.respondent": {"handlers": ["stderr by day"], "level": "ERROR", "propagate": False},
    },
}
