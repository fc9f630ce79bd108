"""What residents are told, in their inbox and by text, at each turn of a case."""

from django.utils.translation import gettext_lazy as _

from yizhan.notices import api as notices

ACCEPTED = "matters.accepted"
SUPPLEMENT = "matters.supplement"
NOT_ACCEPTED = "matters.not_accepted"
DECIDED = "matters.decided"
PICK_UP = "matters.pick_up"
DELIVERED = "matters.delivered"


def register_notices() -> None:
    notices.register_kind(
        ACCEPTED,
        title=_("{item}已受理"),
        body=_("{desk}已经受理您的{item}，由{office}办理，{due_on}前答复您。办件编号 {reference}。"),
        sms=_("【一站】{item}已受理，{office}{due_on}前答复您。办件尾号{tail}。"),
    )
    notices.register_kind(
        SUPPLEMENT,
        title=_("{item}要补材料"),
        body=_("请补：{materials}。说明：{note}。补齐以前期限停算，补来第二天接着算。只会要这一次。"),
        sms=_("【一站】您的{item}要补：{materials}。到任一社区窗口或在手机上补都行。尾号{tail}。"),
    )
    notices.register_kind(
        NOT_ACCEPTED,
        title=_("{item}没有受理"),
        body=_("理由：{reason}。不同意的，可以申请行政复议或提起行政诉讼；补齐后也可以再来申请。"),
        sms=_("【一站】您的{item}没有受理，理由请看“我的办件”。尾号{tail}。"),
    )
    notices.register_kind(
        DECIDED,
        title=_("{item}有结果了：{outcome}"),
        body=_("{office}已经作出决定：{outcome}。决定书有电子的，也可以领纸质的。"),
        sms=_("【一站】您的{item}有结果了：{outcome}。尾号{tail}。"),
    )
    notices.register_kind(
        PICK_UP,
        title=_("来领决定书：取件码 {code}"),
        body=_("带身份证，到全市任何一个社区窗口，报取件码 {code} 就能领。家人代领要登记过代办。"),
        sms=_("【一站】{item}决定书可以领了，取件码{code}，带身份证到任一社区窗口。"),
    )
    notices.register_kind(
        DELIVERED,
        title=_("决定书已送达"),
        body=_("{item}决定书已在{desk}领取。"),
        sms="",
    )
