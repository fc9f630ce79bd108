"""Refusing a password that is easy to guess here, in the words of the page."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from yizhan.people.api import is_leaked
from yizhan.people.rules.passwords import is_run, is_word_of_the_place


class NotGuessedHere:
    """A validator of Django's kind: no word of the place, no run of characters."""

    def validate(self, password: str, user: object = None) -> None:  # noqa: ARG002  Django's signature
        if is_word_of_the_place(password):
            raise ValidationError(_("密码里只有单位、地名这些别人先猜的词，请加些别的。"), code="word_of_the_place")
        if is_run(password):
            raise ValidationError(_("密码是连着的或重复的字符，太好猜，请换一个。"), code="run")

    def get_help_text(self) -> str:
        return _("不要用单位、地名，也不要用连着的字符。")


class NotLeaked:
    """A validator of Django's kind: none that the city's list of leaked passwords names, where one was loaded."""

    def validate(self, password: str, user: object = None) -> None:  # noqa: ARG002  Django's signature
        if is_leaked(password):
            raise ValidationError(_("这个密码在别处泄露过，别人会拿它来试，请换一个。"), code="leaked")

    def get_help_text(self) -> str:
        return _("不要用在别处泄露过的密码。")
