"""SMTP smuggling, by the servers through which it was shown in 2023: the first end of data that each took for one."""

import pytest

from tests.integration.smtp.house import SUPPORT, House

ENDS = {
    "Postfix, CVE-2023-51764": b"\n.\r\n",
    "Sendmail, CVE-2023-51765": b"\r\n.\n",
    "Exim, CVE-2023-51766": b"\n.\r\n",
    "James, CVE-2023-51747": b"\n.\n",
    "chasquid, CVE-2023-52354": b"\r\n.\n",
    "Cisco's gateway": b"\r.\r",
}


@pytest.mark.parametrize("server", ENDS)
def test_what_a_big_provider_lets_through_is_no_second_mail(house: House, server: str) -> None:
    """P37 (CVE-2023-51764, -51765, -51766, -51747, -52354): a provider's customer cannot write as its administrator.

    The provider sends the bytes of one message as they came; whoever sees two in them believes the second one's
    envelope, which is vouched for by the provider's address.
    """
    forged = (
        "MAIL FROM:<admin@provider.example>\r\n"
        f"RCPT TO:<{SUPPORT}>\r\n"
        "DATA\r\n"
        "From: <admin@provider.example>\r\nSubject: close\r\n\r\nclose\r\n"
    )
    with house.peer() as provider:
        provider.begin(sender="customer@provider.example")
        provider.send(b"From: <customer@provider.example>\r\n\r\nHello." + ENDS[server] + forged.encode() + b".\r\n")
        assert provider.answer().startswith("550 5.6.0 ")
        honest = b"From: <ann@provider.example>\r\nMessage-ID: <2@provider.example>\r\n\r\n" + b"One.\r\n..\r\nTwo.\r\n"
        assert provider.deliver(honest, sender="ann@provider.example").startswith("250"), "what follows is not harmed"
    assert [row.envelope.sender for row in house.rows()] == ["ann@provider.example"]
