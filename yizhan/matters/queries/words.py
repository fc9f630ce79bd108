"""The words for states and steps: one short word for lists, one sentence for the person who waits."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yizhan.matters.rules.states import Action, State

STATE_WORDS: Mapping[State, str | Promise] = {
    State.DRAFT: _("草稿"),
    State.SUBMITTED: _("待收件"),
    State.RECEIVED: _("收件"),
    State.AWAITING_PAPERS: _("等补材料"),
    State.NOT_ACCEPTED: _("不予受理"),
    State.ACCEPTED: _("受理"),
    State.EXAMINING: _("审查"),
    State.AWAITING_SUPPLEMENT: _("等补材料，停算"),
    State.PROPOSED: _("待签发"),
    State.GRANTED: _("准予，待领取"),
    State.REFUSED: _("不予，待领取"),
    State.DELIVERED: _("已送达"),
    State.WITHDRAWN: _("已撤回"),
}

ACTION_WORDS: Mapping[Action, str | Promise] = {
    Action.SUBMIT: _("交件"),
    Action.TAKE_IN: _("收件"),
    Action.REQUEST_PAPERS: _("一次告知补正"),
    Action.ADD_PAPERS: _("补齐材料"),
    Action.REFUSE_TO_ACCEPT: _("不予受理"),
    Action.ACCEPT: _("受理"),
    Action.TAKE_UP: _("开始审查"),
    Action.REQUEST_SUPPLEMENT: _("通知补正"),
    Action.SUPPLEMENT: _("补正"),
    Action.PROPOSE: _("提出决定"),
    Action.RETURN: _("退回重审"),
    Action.GRANT: _("签发准予决定"),
    Action.REFUSE: _("签发不予决定"),
    Action.DELIVER: _("送达"),
    Action.WITHDRAW: _("撤回"),
}

RELATION_WORDS: Mapping[str, str | Promise] = {
    "daughter": _("女儿"),
    "son": _("儿子"),
    "spouse": _("配偶"),
    "parent": _("父母"),
    "guardian": _("监护人"),
    "other": _("受委托人"),
}
