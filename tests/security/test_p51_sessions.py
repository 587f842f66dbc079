"""Sessions that outgrow their limits: nodemailer's smtp-server (#262) and aiosmtpd (#145, #110)."""

from tests.integration.smtp.house import SIZE, Build, House


def test_a_message_over_the_limit_is_refused_once_and_the_session_goes_on(house: House) -> None:
    """case 52, P51 (nodemailer smtp-server #262): what was announced is not believed, and the session goes on."""
    with house.peer() as peer:
        for size in (SIZE + 1, SIZE * 50):
            assert peer.deliver(b"x" * (size - 2) + b"\r\n").startswith("552 5.3.4")
        assert peer.deliver(b"x" * (SIZE - 2) + b"\r\n").startswith("250")
    assert len(house.refusals(f"larger than {SIZE} bytes")) == 2
    assert [len(row.raw) for row in house.rows()] == [SIZE]


def test_a_session_that_lasts(build: Build) -> None:
    """case 55, P51 (aiosmtpd #145): busy with nothing."""
    house = build(bounds={"session_time": 0.5, "commands": 1_000_000})
    with house.peer() as peer:
        said = ""
        while not said.startswith("421"):
            said = peer.say("NOOP")
        assert said == "421 4.4.2 This session has lasted too long; please connect again"
        assert peer.closed()
    assert len(house.refusals("lasted too long")) == 1
