"""Django's settings, all of them derived from `env`."""

from pathlib import Path

from csp.constants import NONCE, NONE, SELF

from yizhan.config.database import url_settings
from yizhan.config.env import PROJECT, env

E = env()
BASE_DIR = PROJECT
PACKAGE = Path(__file__).resolve().parents[1]

DEBUG = False
SECRET_KEY = E.effective_secret_key
ALLOWED_HOSTS = list(E.allowed_hosts)
ROOT_URLCONF = "yizhan.config.urls"
ASGI_APPLICATION = "yizhan.config.asgi.application"

# ── rooms, from the ground up ──
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "yizhan.kernel",
    "yizhan.look",
    "yizhan.messaging",
    "yizhan.territory",
    "yizhan.people",
    "yizhan.clocks",
    "yizhan.documents",
    "yizhan.search",
    "yizhan.streets",
    "yizhan.notices",
    "yizhan.catalogue",
    "yizhan.places",
    "yizhan.matters",
    "yizhan.reach",
    "yizhan.shell",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "oauth2_provider",
]
INSTALLED_APPS = [a for a in INSTALLED_APPS if not a.startswith("yizhan.") or (PACKAGE / a[7:] / "apps.py").exists()]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    # Machines' calls are answered here and come no further.
    "yizhan.config.lane.ApiMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "yizhan.config.middleware.UploadLimitMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "yizhan.config.middleware.PrivacyMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "yizhan.people.web.sessions.SessionLimitsMiddleware",
    "yizhan.people.web.middleware.ActorMiddleware",
    "yizhan.config.middleware.RefusalMiddleware",
    "yizhan.config.middleware.AccessMiddleware",
    "yizhan.people.web.enrolling.SecondFactorMiddleware",
    "yizhan.people.web.confirming.FreshProofMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": sorted(PACKAGE.glob("*/web/templates")),
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "yizhan.look.web.context.look",
            ],
        },
    }
]
# Widgets are looked for among our templates first, then among Django's own (django.forms is an app for that).
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# ── data ──
DATABASES = {
    "default": {
        **url_settings(E.database_url or "postgresql:///unset"),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
    }
}
if E.process == "web":
    # Its threads stay, and each keeps its connection: a new one costs the database more than a whole filing.
    DATABASES["default"]["CONN_MAX_AGE"] = 600
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "kernel_cache"},
}

# ── words and time ──
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
# A cookie of this name is taken by a browser from this very host alone, over TLS; without TLS it would not be taken.
_OF_THIS_HOST = "__Host-" if E.is_https else ""
LANGUAGE_COOKIE_NAME = f"{_OF_THIS_HOST}yz_language"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [PACKAGE / "config" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# ── files ──
STATIC_URL = "/static/"
STATICFILES_DIRS = sorted(PACKAGE.glob("*/web/static"))
STATIC_ROOT = BASE_DIR / "var" / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "servestatic.storage.CompressedManifestStaticFilesStorage"},
}
SERVESTATIC_KEEP_ONLY_HASHED_FILES = True
YIZHAN_CACHE_DIR = Path(E.cache_dir) if E.cache_dir else BASE_DIR / "var" / "cache"
MAX_UPLOAD_BYTES = E.max_upload_mb * 1024 * 1024
# The most that is read of a request at all: one such file in base64, and what stands around it.
MAX_BODY_BYTES = MAX_UPLOAD_BYTES * 4 // 3 + 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# ── keys ──
YIZHAN_MODE = E.mode
YIZHAN_IS_DEMO = E.is_demo
YIZHAN_SAMPLE_CITY = E.is_demo
YIZHAN_PUBLIC_URL = E.public_url
YIZHAN_METRICS_TOKEN = E.metrics_token
YIZHAN_FIELD_KEYS = E.field_keys
YIZHAN_INDEX_KEY = E.index_key

# ── the browser's side of safety ──
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_ENGINE = "yizhan.people.web.session_store"
SESSION_COOKIE_NAME = f"{_OF_THIS_HOST}yz_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = E.session_hours * 3600
YIZHAN_STAFF_IDLE_MINUTES = E.staff_idle_minutes
CSRF_COOKIE_NAME = f"{_OF_THIS_HOST}yz_csrf"
# Forms carry the token themselves; no script of ours reads the cookie.
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "yizhan.config.middleware.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = E.is_https
SECURE_HSTS_SECONDS = 31536000 if E.is_https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = E.is_https
SECURE_SSL_REDIRECT = False
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if E.is_https else None
CSRF_TRUSTED_ORIGINS = [E.public_url] if E.is_https else []

# ── sign-in (django-allauth) ──
AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "people:after_sign_in"
LOGOUT_REDIRECT_URL = "/"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "yizhan.people.web.passwords.NotGuessedHere"},
    {"NAME": "yizhan.people.web.passwords.NotLeaked"},
]
ACCOUNT_ADAPTER = "yizhan.people.web.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"phone"}
ACCOUNT_SIGNUP_FIELDS = ["phone*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 300
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_RATE_LIMITS = (
    {"request_login_code": "120/m/ip,12/m/key", "login": "120/m/ip"}
    if E.is_demo
    else {"request_login_code": "20/m/ip,3/m/key", "login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
)
YIZHAN_STAFF_SECOND_FACTOR = E.staff_second_factor
YIZHAN_AUDIT_COPY = E.audit_copy
YIZHAN_LEAKED_PASSWORDS = Path(E.leaked_passwords) if E.leaked_passwords else BASE_DIR / "var" / "leaked-passwords.bin"
YIZHAN_CLAMD = E.clamd
YIZHAN_SMS_VENDOR = E.sms_vendor
YIZHAN_LOCK_AFTER = E.lock_after
YIZHAN_LOCK_ADDRESS_AFTER = E.lock_address_after
YIZHAN_LOCK_MINUTES = E.lock_minutes
MFA_ADAPTER = "yizhan.people.web.adapter.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp"]
MFA_TOTP_TOLERANCE = 1
MFA_TOTP_ISSUER = "一站"

# ── organisations' own systems (django-oauth-toolkit): client credentials and nothing else ──
OAUTH2_PROVIDER = {
    "ACCESS_TOKEN_EXPIRE_SECONDS": 900,
    "SCOPES_BACKEND_CLASS": "yizhan.people.rest.tokens.Scopes",
    "OAUTH2_VALIDATOR_CLASS": "yizhan.people.rest.tokens.Validator",
    # Tokens are kept as a checksum alone.
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
}

LOGGING_CONFIG = "yizhan.config.logs.configure"
LOGGING = {"level": E.log_level}
