"""Every environment variable that Yizhan reads, typed, in one place."""

import base64
import hashlib
import os
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def _flag(name: str, default: bool) -> bool:
    return os.environ.get(name, "1" if default else "0") in {"1", "true", "yes"}


def _demo_key(name: str) -> bytes:
    """A key that everybody can compute: for the demo city alone. `yizhan doctor` refuses it in production."""
    return hashlib.sha256(f"yizhan demo key: {name}".encode()).digest()


def _field_keys() -> dict[str, bytes]:
    written = os.environ.get("YIZHAN_FIELD_KEYS", "")
    if not written:
        return {"demo": _demo_key("fields")}
    pairs = (pair.split(":", 1) for pair in written.split(","))
    return {name.strip(): base64.b64decode(key) for name, key in pairs}


def _index_key() -> bytes:
    written = os.environ.get("YIZHAN_INDEX_KEY", "")
    return base64.b64decode(written) if written else _demo_key("index")


@dataclass(frozen=True)
class Env:
    """One field for each variable; the comment is its meaning in the generated reference."""

    mode: str = field(default_factory=lambda: os.environ.get("YIZHAN_MODE", "demo"))
    """YIZHAN_MODE: demo (sample city, keys anybody can compute, the twin's phone on a page) or production."""
    database_url: str = field(default_factory=lambda: os.environ.get("DATABASE_URL", ""))
    """DATABASE_URL: PostgreSQL as the application's role. Empty: the embedded server."""
    owner_database_url: str = field(default_factory=lambda: os.environ.get("YIZHAN_OWNER_DATABASE_URL", ""))
    """YIZHAN_OWNER_DATABASE_URL: the same database as its owner, for `yizhan migrate` alone."""
    data_dir: str = field(default_factory=lambda: os.environ.get("YIZHAN_DATA_DIR", ""))
    """YIZHAN_DATA_DIR: where the embedded server keeps its data. Empty: chosen for this checkout."""
    cache_dir: str = field(default_factory=lambda: os.environ.get("YIZHAN_CACHE_DIR", ""))
    """YIZHAN_CACHE_DIR: files that can be made again from the database, such as walking networks. Empty: var/cache."""
    secret_key: str = field(default_factory=lambda: os.environ.get("YIZHAN_SECRET_KEY", ""))
    """YIZHAN_SECRET_KEY: signs sessions and tokens; at least 50 random characters."""
    field_keys: dict[str, bytes] = field(default_factory=_field_keys)
    """YIZHAN_FIELD_KEYS: name:base64 of 32 bytes, comma separated, the first one encrypts."""
    index_key: bytes = field(default_factory=_index_key)
    """YIZHAN_INDEX_KEY: base64 of 32 bytes, for finding encrypted values again."""
    public_url: str = field(default_factory=lambda: os.environ.get("YIZHAN_PUBLIC_URL", "http://127.0.0.1:8000"))
    """YIZHAN_PUBLIC_URL: the address that is printed into QR codes."""
    allowed_hosts: tuple[str, ...] = field(
        default_factory=lambda: tuple(os.environ.get("YIZHAN_ALLOWED_HOSTS", "127.0.0.1,localhost").split(","))
    )
    """YIZHAN_ALLOWED_HOSTS: host names that are answered, comma separated."""
    host: str = field(default_factory=lambda: os.environ.get("YIZHAN_HOST", "127.0.0.1"))
    """YIZHAN_HOST: the address to listen on."""
    port: int = field(default_factory=lambda: int(os.environ.get("YIZHAN_PORT", "8000")))
    """YIZHAN_PORT: the port to listen on."""
    web_processes: int = field(
        default_factory=lambda: int(os.environ.get("YIZHAN_WEB_PROCESSES", str(min(os.cpu_count() or 1, 4))))
    )
    """YIZHAN_WEB_PROCESSES: processes of one `yizhan web`; by itself as many as there are processors, at most 4."""
    web_threads: int = field(default_factory=lambda: int(os.environ.get("YIZHAN_WEB_THREADS", "8")))
    """YIZHAN_WEB_THREADS: requests answered at once by one process; also its database connections."""
    process: str = field(default_factory=lambda: os.environ.get("YIZHAN_PROCESS", ""))
    """YIZHAN_PROCESS: set by `yizhan web` for itself: its threads then keep their connections."""
    is_https: bool = field(default_factory=lambda: _flag("YIZHAN_HTTPS", False))
    """YIZHAN_HTTPS: 1 where the balancer speaks HTTPS: secure cookies, HSTS."""
    proxies: int = field(default_factory=lambda: int(os.environ.get("YIZHAN_PROXIES", "0")))
    """YIZHAN_PROXIES: how many balancers and proxies of yours stand before the web process, each of which writes whom
    it heard at the end of X-Forwarded-For. 0: none, and what callers write there is not believed."""
    metrics_token: str = field(default_factory=lambda: os.environ.get("YIZHAN_METRICS_TOKEN", ""))
    """YIZHAN_METRICS_TOKEN: what Prometheus shows as Bearer token at /metrics. Empty: this machine alone may ask."""
    max_upload_mb: int = field(default_factory=lambda: int(os.environ.get("YIZHAN_MAX_UPLOAD_MB", "20")))
    """YIZHAN_MAX_UPLOAD_MB: the largest file that is taken in."""
    staff_idle_minutes: int = field(default_factory=lambda: int(os.environ.get("YIZHAN_STAFF_IDLE_MINUTES", "30")))
    """YIZHAN_STAFF_IDLE_MINUTES: a member of staff who touches nothing for so long signs in again; residents never."""
    session_hours: int = field(default_factory=lambda: int(os.environ.get("YIZHAN_SESSION_HOURS", "12")))
    """YIZHAN_SESSION_HOURS: the longest that anybody stays signed in."""
    staff_second_factor: str = field(
        default_factory=lambda: os.environ.get(
            "YIZHAN_STAFF_SECOND_FACTOR",
            "optional" if os.environ.get("YIZHAN_MODE", "demo") == "demo" else "required",
        )
    )
    """YIZHAN_STAFF_SECOND_FACTOR: required (staff with a role switch an app's code on first; so by itself in
    production) or optional (so in a demo city)."""
    lock_after: int = field(default_factory=lambda: int(os.environ.get("YIZHAN_LOCK_AFTER", "10")))
    """YIZHAN_LOCK_AFTER: so many wrong codes or passwords in a row lock the sign-in of a phone for a while."""
    lock_address_after: int = field(default_factory=lambda: int(os.environ.get("YIZHAN_LOCK_ADDRESS_AFTER", "60")))
    """YIZHAN_LOCK_ADDRESS_AFTER: the same for one address, from which a whole hall may sign in."""
    lock_minutes: int = field(default_factory=lambda: int(os.environ.get("YIZHAN_LOCK_MINUTES", "15")))
    """YIZHAN_LOCK_MINUTES: how long a lock lasts, and after how long wrong answers are forgotten."""
    audit_copy: str = field(default_factory=lambda: os.environ.get("YIZHAN_AUDIT_COPY", ""))
    """YIZHAN_AUDIT_COPY: where the worker writes the head of the audit's chain once a minute, for another machine to
    keep: the path of a file, syslog, or syslog:host:port. Empty: nowhere."""
    leaked_passwords: str = field(default_factory=lambda: os.environ.get("YIZHAN_LEAKED_PASSWORDS", ""))
    """YIZHAN_LEAKED_PASSWORDS: where `yizhan people leaked` keeps the list of leaked passwords, and each web machine
    reads it. Empty: var/leaked-passwords.bin."""
    clamd: str = field(default_factory=lambda: os.environ.get("YIZHAN_CLAMD", ""))
    """YIZHAN_CLAMD: where clamd listens, host:port or the path of its socket: each upload is scanned before it is
    kept, and none is taken while it does not answer. Empty: not scanned."""
    sms_vendor: str = field(default_factory=lambda: os.environ.get("YIZHAN_SMS_VENDOR", "twin"))
    """YIZHAN_SMS_VENDOR: who carries texts to phones; the twin shows them on a page of the demo city and sends none."""
    log_level: str = field(default_factory=lambda: os.environ.get("YIZHAN_LOG_LEVEL", "INFO"))
    """YIZHAN_LOG_LEVEL: DEBUG, INFO, WARNING or ERROR."""

    @property
    def is_demo(self) -> bool:
        return self.mode == "demo"

    @property
    def effective_secret_key(self) -> str:
        return self.secret_key or _demo_key("secret").hex()

    @property
    def has_demo_keys(self) -> bool:
        return not self.secret_key or "demo" in self.field_keys or self.index_key == _demo_key("index")


@cache
def env() -> Env:
    return Env()
