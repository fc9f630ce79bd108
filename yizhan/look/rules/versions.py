"""Which version of the pages a reader has chosen: the cookie that keeps it, and what it says."""

from collections.abc import Mapping

ELDER, STANDARD = "elder", "standard"
_PLAIN, _OF_THIS_HOST = "yz_version", "__Host-yz_version"


def version_cookie(*, is_https: bool) -> str:
    """Over TLS a name that a browser takes from this very host alone."""
    return _OF_THIS_HOST if is_https else _PLAIN


def is_elder(cookies: Mapping[str, str]) -> bool:
    return cookies.get(_OF_THIS_HOST, cookies.get(_PLAIN)) == ELDER
