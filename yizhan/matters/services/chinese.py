"""What is stored and printed is Chinese, whatever language the desk reads."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.utils import translation

P = ParamSpec("P")
T = TypeVar("T")


def in_chinese(act: Callable[P, T]) -> Callable[P, T]:
    """Each call has an override of its own: one that threads share would give a reader another's language."""

    @wraps(act)
    def acting(*args: P.args, **kwargs: P.kwargs) -> T:
        with translation.override("zh-hans"):
            return act(*args, **kwargs)

    return acting
