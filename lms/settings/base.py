"""The one settings module: runs from a bare checkout; production differs by environment only."""

from pathlib import Path
from zoneinfo import available_timezones

from django.utils.translation import gettext_lazy as _

from lms.settings import environment as env

ROOT = Path(__file__).resolve().parent.parent.parent
VAR = Path(env.text("VAR_DIR", str(ROOT / "var")))
VAR.mkdir(parents=True, exist_ok=True)

# --- what kind of place this is -------------------------------------------------------------
DEBUG = env.flag("DEBUG", False)
DEMO = env.flag("DEMO", False)
SITE_URL = env.text("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
_site = env.address("SITE_URL", "http://127.0.0.1:8000", schemes={"http", "https"})
SECURE = _site.scheme == "https"
INSECURE_KEY = "insecure-key-for-trials-only-set-SECRET_KEY-in-production-0123456789"
SECRET_KEY = env.text("SECRET_KEY", INSECURE_KEY)
ALLOWED_HOSTS = env.listed("ALLOWED_HOSTS") or [_site.host, "127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = env.listed("CSRF_TRUSTED_ORIGINS") or ([SITE_URL] if SECURE else [])
TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 0, most=5)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT else None

# --- parts ----------------------------------------------------------------------------------
INSTALLED_APPS = [
    "lms.apps.LmsConfig",
    "courses.apps.CoursesConfig",
    "certification.apps.CertificationConfig",
    "content.apps.ContentConfig",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "ninja",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.forms",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "lms.middleware.public_fast_lane",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "lms.middleware.content_security_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "lms.middleware.closed_by_default",
    "lms.middleware.second_factor",
]
ROOT_URLCONF = "lms.urls"
WSGI_APPLICATION = "lms.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["lms.kit.ui", "django.templatetags.i18n", "django.templatetags.static"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lms.people.navigation.navigation",
            ],
        },
    }
]

# --- stores ---------------------------------------------------------------------------------
DATABASES = {"default": env.database("DATABASE_URL", f"sqlite:///{VAR}/academy.sqlite3", ROOT)}
ATOMIC_REQUESTS = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
_cache = env.address("CACHE_URL", "locmem://", schemes={"locmem", "redis", "rediss", "db", "file"})
CACHES = {
    "default": {
        "locmem": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
        "db": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "lms_cache",
        },
        # Two web processes must count the same sign-in attempts: files are shared, memory is not.
        "file": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": _cache.path or str(VAR / "cache"),
        },
        "redis": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": env.text("CACHE_URL"),
        },
        "rediss": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": env.text("CACHE_URL"),
        },
    }[_cache.scheme]
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

_storage = env.address("STORAGE_URL", f"file://{VAR}/media", schemes={"file", "s3"})
MEDIA_ROOT = _storage.path if _storage.scheme == "file" else str(VAR / "media")
MEDIA_URL = "/media/"
_s3 = {
    "BACKEND": "storages.backends.s3.S3Storage",
    "OPTIONS": {
        "bucket_name": _storage.host,
        "access_key": _storage.user or None,
        "secret_key": _storage.password or None,
        "endpoint_url": _storage.options.get("endpoint") or None,
        "region_name": _storage.options.get("region", "us-east-1"),
        "signature_version": "s3v4",
        "addressing_style": _storage.options.get("addressing", "path"),
        "file_overwrite": False,
        "default_acl": None,
    },
}
STORAGES = {
    "default": _s3
    if _storage.scheme == "s3"
    else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
WHITENOISE_USE_FINDERS = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 11 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# --- people and sign-in ---------------------------------------------------------------------
AUTH_USER_MODEL = "lms.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "lms.people.passwords.Argon2id",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/me/"
LOGOUT_REDIRECT_URL = "/"
# Anybody may learn and earn a record of their own; closed: invitation or verified domain only.
OPEN_SIGNUP = env.flag("OPEN_SIGNUP", True)
ACCOUNT_ADAPTER = "lms.people.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "lms.people.forms.signup.SignupNames"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "MRSS Academy"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
MFA_FORMS: dict[str, str] = {"authenticate": "lms.people.forms.second_factor.SecondFactorCode"}
MFA_ADAPTER = "lms.people.adapter.SecondFactorAdapter"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_SECURE = SECURE
CSRF_FAILURE_VIEW = "lms.kit.errors.csrf_failure"
SECURE_SSL_REDIRECT = SECURE and env.flag("SSL_REDIRECT", True)
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
# Wagtail shows its previews in a frame of this site.
X_FRAME_OPTIONS = "SAMEORIGIN"
SILENCED_SYSTEM_CHECKS = ["security.W019"]

# --- language and time ----------------------------------------------------------------------
LANGUAGE_CODE = "en"
# Every string is translatable; a language is offered once its words are there.
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [ROOT / "lms" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
ACADEMY_ZONE = env.text("TIME_ZONE", "America/Denver")
if ACADEMY_ZONE not in available_timezones():
    env.PROBLEMS.append(("TIME_ZONE", f"{ACADEMY_ZONE!r} is not a time zone like America/Denver."))
    ACADEMY_ZONE = "America/Denver"

# --- Wagtail --------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "MRSS Academy"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAIL_PAGE_MODEL = "wagtailcore.Page"
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILADMIN_LOGIN_URL = "/accounts/login/"
WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAIL_I18N_ENABLED = False
# Pages of a course are published with their course; see docs/adr/0019.
WAGTAIL_FINISH_WORKFLOW_ACTION = "courses.catalog.finishing.finish_workflow"

# --- background work ------------------------------------------------------------------------
_broker = env.address(
    "CELERY_BROKER_URL",
    "filesystem://",
    schemes={"filesystem", "redis", "rediss", "amqp", "amqps"},
)
CELERY_BROKER_URL = env.text("CELERY_BROKER_URL", "filesystem://")
if _broker.scheme not in {"filesystem", "redis", "rediss", "amqp", "amqps"}:
    CELERY_BROKER_URL = "filesystem://"
BROKER_DIR = VAR / "broker"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR / "celerybeat-schedule")

# --- e-mail ---------------------------------------------------------------------------------
_mail = env.address(
    "EMAIL_URL",
    f"file://{VAR}/mail",
    schemes={"file", "console", "smtp", "smtps", "smtp+tls"},
)
EMAIL_BACKEND = {
    "file": "django.core.mail.backends.filebased.EmailBackend",
    "console": "django.core.mail.backends.console.EmailBackend",
}.get(_mail.scheme, "django.core.mail.backends.smtp.EmailBackend")
EMAIL_FILE_PATH = _mail.path if _mail.scheme == "file" else str(VAR / "mail")
EMAIL_HOST, EMAIL_PORT = _mail.host or "localhost", _mail.port or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.user, _mail.password
EMAIL_USE_SSL, EMAIL_USE_TLS = _mail.scheme == "smtps", _mail.scheme == "smtp+tls"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "MRSS Academy <academy@example.org>")

SIGNING_KEY_FILE = env.text("SIGNING_KEY_FILE", str(VAR / "signing-key.pem"))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    # One line for each page that Wagtail indexes says nothing that an operator could use.
    "loggers": {
        **{name: {"level": "WARNING"} for name in ("django_tasks", "wagtail", "fontTools")},
        # A 403 or 404 is an answer, not a fault; the access log has it.
        "django.request": {"level": "ERROR"},
        # The embedded broker is a folder and has no host name; kombu warns at each connection.
        "kombu.connection": {"level": "ERROR"},
    },
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO").upper()},
}
