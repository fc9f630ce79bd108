"""Where other pages find ours."""

from django.utils.translation import gettext_lazy as _

from yizhan.look.api import Link, links


def register() -> None:
    links.register(
        "shell.nav",
        Link(label=_("签名密钥"), route="documents:keys-kept", permission="documents.see_keys", order=46),
    )
    links.register(
        "shell.nav",
        Link(label=_("保存和销毁"), route="documents:retention", permission="documents.see_retention", order=47),
    )
