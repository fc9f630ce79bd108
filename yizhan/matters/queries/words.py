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
    State.SUSPENDED: _("特别程序，停算"),
    State.PUBLISHING: _("公示"),
    State.PROPOSED: _("待签发"),
    State.GRANTED: _("准予，待领取"),
    State.REFUSED: _("不予，待领取"),
    State.DELIVERED: _("已送达"),
    State.ARCHIVED: _("已归档"),
    State.TERMINATED: _("已终止"),
    State.DEEMED_WITHDRAWN: _("视为撤回"),
    State.WITHDRAWN: _("已撤回"),
    State.REVOKED: _("决定已撤销"),
}

# One sentence to the person who waits, for as long as no day says more.
HEADLINES: Mapping[State, str | Promise] = {
    State.DRAFT: _("还没有交"),
    State.SUBMITTED: _("交上去了，等窗口收件"),
    State.RECEIVED: _("窗口收到了，正在核对"),
    State.AWAITING_PAPERS: _("等您补材料"),
    State.AWAITING_SUPPLEMENT: _("等您补材料"),
    State.NOT_ACCEPTED: _("不予受理"),
    State.GRANTED: _("已准予，请来领决定书"),
    State.REFUSED: _("不予批准，请来领决定书"),
    State.SUSPENDED: _("停算，等特别程序结束"),
    State.PUBLISHING: _("正在公示"),
    State.DELIVERED: _("已办结，决定书已领走"),
    State.ARCHIVED: _("已办结，决定书已领走"),
    State.TERMINATED: _("已终止办理"),
    State.DEEMED_WITHDRAWN: _("到期没有补材料，视为撤回"),
    State.WITHDRAWN: _("已撤回"),
    State.REVOKED: _("准予的决定已撤销"),
}

ACTION_WORDS: Mapping[Action, str | Promise] = {
    Action.SUBMIT: _("交件"),
    Action.TAKE_IN: _("收件"),
    Action.REQUEST_PAPERS: _("一次告知补正"),
    Action.ADD_PAPERS: _("补齐材料"),
    Action.REFUSE_TO_ACCEPT: _("不予受理"),
    Action.ACCEPT: _("受理"),
    Action.DEEM_ACCEPTED: _("视为受理"),
    Action.ASSIGN: _("转办"),
    Action.TAKE_UP: _("开始审查"),
    Action.REQUEST_SUPPLEMENT: _("通知补正"),
    Action.SUPPLEMENT: _("补正"),
    Action.GO_ON_WITHOUT: _("逾期未补，按现有材料办"),
    Action.DEEM_WITHDRAWN: _("视为撤回"),
    Action.HAND_ON: _("送下一单位"),
    Action.SUSPEND: _("进入特别程序"),
    Action.RESUME: _("特别程序结束"),
    Action.ASK_EXTENSION: _("报请延期"),
    Action.EXTEND: _("批准延期"),
    Action.DENY_EXTENSION: _("没有批准延期"),
    Action.PUBLISH: _("开始公示"),
    Action.END_NOTICE: _("公示期满"),
    Action.PROPOSE: _("提出决定"),
    Action.RETURN: _("退回重审"),
    Action.GRANT: _("签发准予决定"),
    Action.REFUSE: _("签发不予决定"),
    Action.GRANT_BY_RULE: _("按规则即办准予"),
    Action.DELIVER: _("送达"),
    Action.ARCHIVE: _("归档"),
    Action.TERMINATE: _("终止"),
    Action.WITHDRAW: _("撤回"),
    Action.REVOKE: _("撤销决定"),
}

RELATION_WORDS: Mapping[str, str | Promise] = {
    "daughter": _("女儿"),
    "son": _("儿子"),
    "spouse": _("配偶"),
    "parent": _("父母"),
    "guardian": _("监护人"),
    "other": _("受委托人"),
}

LEVEL_ASKED: Mapping[int, str | Promise] = {
    1: _("办这件事要先验证手机号。"),
    2: _("办这件事要先核对姓名和身份证号码，在“我的”里核，到任何一个社区窗口核都行。"),
    3: _("办这件事要先在窗口核一次身份证，带身份证到任何一个社区窗口就行。"),
    4: _("办这件事要本人先到窗口当面核一次，带身份证到任何一个社区窗口就行。"),
}

LAPSE_WORDS: Mapping[str, str | Promise] = {
    "notice": _("没有按期告知"),
    "step": _("环节超时"),
    "instant": _("即办超时"),
    "delivery": _("逾期没有送达"),
}

CAUSE_WORDS: Mapping[str, str | Promise] = {
    "death": _("申请人已经去世"),
    "object_gone": _("申请的对象已经不存在"),
}
