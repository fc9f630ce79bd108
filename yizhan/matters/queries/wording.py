"""What residents are told, in their inbox and by text, at each turn of a case."""

from django.utils.translation import gettext_lazy as _

from yizhan.notices import api as notices

ACCEPTED = "matters.accepted"
SUPPLEMENT = "matters.supplement"
NOT_ACCEPTED = "matters.not_accepted"
DECIDED = "matters.decided"
PICK_UP = "matters.pick_up"
DELIVERED = "matters.delivered"
DEEMED_ACCEPTED = "matters.deemed_accepted"
DEEMED_WITHDRAWN = "matters.deemed_withdrawn"
WITHDRAWN = "matters.withdrawn"
HANDED_ON = "matters.handed_on"
SPECIAL = "matters.special_procedure"
SPECIAL_ENDED = "matters.special_procedure_ended"
EXTENDED = "matters.extended"
PUBLIC_NOTICE = "matters.public_notice"
TERMINATED = "matters.terminated"
REVOKED = "matters.revoked"


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
    _register_special_turns()
    _register_endings()


def _register_special_turns() -> None:
    notices.register_kind(
        DEEMED_ACCEPTED,
        title=_("{item}已受理"),
        body=_("{desk}没有按时告知要补什么，依法从收件那天起视为受理，由{office}办理，{due_on}前答复您。"),
        sms=_("【一站】{item}已视为受理，{office}{due_on}前答复您。办件尾号{tail}。"),
    )
    notices.register_kind(
        HANDED_ON,
        title=_("{item}转到{office}"),
        body=_("上一个单位已经提出意见，现在由{office}接着办。您不用跑，答复日期不变。"),
        sms="",
    )
    notices.register_kind(
        SPECIAL,
        title=_("{item}停算：{special}"),
        body=_("因为{special}，从明天起不计算期限，计划 {planned_end}结束，到期自动接着算。理由：{reason}。"),
        sms=_("【一站】您的{item}因{special}停算，计划{planned_end}结束。尾号{tail}。"),
    )
    notices.register_kind(
        SPECIAL_ENDED,
        title=_("{item}接着办，{due_on}前答复您"),
        body=_("{special}结束了，从第二天起接着计算期限，{due_on}前答复您。"),
        sms=_("【一站】您的{item}接着办，{due_on}前答复您。尾号{tail}。"),
    )
    notices.register_kind(
        EXTENDED,
        title=_("{item}延期到 {due_on}"),
        body=_("经批准延长期限，{due_on}前答复您。理由：{reason}。延期只有这一次。"),
        sms=_("【一站】您的{item}经批准延期，{due_on}前答复您。尾号{tail}。"),
    )
    notices.register_kind(
        PUBLIC_NOTICE,
        title=_("{item}正在公示"),
        body=_("按规定公示到 {last_day}。公示的内容不含身份证号码和住址。"),
        sms="",
    )


def _register_endings() -> None:
    notices.register_kind(
        DEEMED_WITHDRAWN,
        title=_("{item}视为撤回"),
        body=_("到期没有补来：{materials}。按规定视为撤回申请。以后还要办，可以随时重新申请。"),
        sms=_("【一站】您的{item}到期没有补材料，视为撤回，可以重新申请。尾号{tail}。"),
    )
    notices.register_kind(
        WITHDRAWN,
        title=_("{item}已撤回"),
        body=_(
            "窗口收到了书面的撤回申请，您的{item}不再办了。不是您或代办的家人提出的，请马上联系窗口。以后还要办，可以随时重新申请。"
        ),
        sms=_("【一站】您的{item}已按书面申请在窗口撤回。不是您提出的，请马上联系窗口。尾号{tail}。"),
    )
    notices.register_kind(
        TERMINATED,
        title=_("{item}终止办理"),
        body=_("{office}终止办理。情况：{reason}。不同意的，可以申请行政复议或提起行政诉讼。"),
        sms=_("【一站】您的{item}已终止办理，情况请看“我的办件”。尾号{tail}。"),
    )
    notices.register_kind(
        REVOKED,
        title=_("{item}的决定已撤销"),
        body=_(
            "{office}撤销了准予您{item}的决定，原来的决定书不能再用。理由：{reason}。不同意的，可以申请行政复议或提起行政诉讼。"
        ),
        sms=_("【一站】准予您{item}的决定已被撤销，理由请看“我的办件”。尾号{tail}。"),
    )
