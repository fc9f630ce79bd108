"""A phone company that exists on one page only: what it "sends" is what messaging already keeps."""

from yizhan.messaging.vendors import Check, OutgoingText


class Twin:
    name = "twin"
    is_twin = True

    def send(self, message: OutgoingText) -> str:
        return f"twin-{message.reference}"

    def check(self) -> Check:
        return Check(
            is_ready=True, is_twin=True, note="the demo twin: messages are shown at /demo/phone/ and leave no machine"
        )
