"""The directory changes while tickets are open: nothing goes on which one of them depends."""

import pytest

from gateway.faults import ConfigFaults
from tests.stories.conftest import Stage
from tests.stories.stage import ANN, GINA, WENDY, Desk, told

SYSTEM = '[[system]]\nkey = "globex-shop"\nname = "Globex Shop"\ncustomer = "globex"\n'


def refused(desk: Desk, old: str, new: str = "") -> str:
    """The sentence with which a change of the directory is refused; the file is then as it was."""
    file = desk.office.config.gateway.directory
    assert file is not None
    before = file.read_text()
    with pytest.raises(ConfigFaults) as caught:
        desk.registers(old, new)
    file.write_text(before)
    assert desk.office.apply_directory() == []
    return str(caught.value)


def test_a_system_with_an_open_ticket_stays(desk: Desk) -> None:
    desk.write(GINA, "The shop is empty.")
    said = refused(desk, SYSTEM)
    assert "system globex-shop cannot be taken out while it has CT-1" in said
    assert said.endswith("; give these tickets to others or close them first")
    desk.reply(GINA, "#close")
    desk.registers(SYSTEM, "")
    assert "globex-shop" not in desk.office.store.directory().systems


def test_somebody_with_an_assigned_ticket_stays(stage: Stage) -> None:
    desk = stage(desk="four-tiers")
    desk.write(ANN, "All images are missing.")
    desk.reply(WENDY, "#take")
    wendy = f'[[person]]\nname = "Wendy"\naddresses = ["{WENDY}"]\norganisation = "webhost"\nrole = "technician"\n'
    assert f"person {WENDY} cannot be taken out while it has CT-1" in refused(desk, wendy)
    desk.reply(WENDY, "#release")
    desk.registers(wendy, "")
    assert desk.office.store.directory().person(WENDY) is None


def test_a_requester_may_go_and_the_ticket_is_its_organisations(desk: Desk) -> None:
    desk.write(GINA, "The shop is empty.")
    desk.registers(f'[[person]]\nname = "Gina"\naddresses = ["{GINA}"]\norganisation = "globex"\n', "")
    assert desk.ticket().organisation == "globex"
    assert told(desk.reply("dana@desk.example", "We look into it.")) == [GINA]


def test_people_of_a_csv_file_write_as_the_others_do(stage: Stage) -> None:
    desk = stage()
    file = desk.office.config.gateway.directory
    assert file is not None
    (file.parent / "people.csv").write_text("name,addresses,organisation\nHana,hana@globex.example,globex\n")
    file.write_text(file.read_text() + '\n[people]\nfile = "people.csv"\n')
    assert desk.office.apply_directory() == ["person hana@globex.example: added"]
    assert desk.office.apply_directory() == []
    desk.rules = desk.office.rules()
    desk.write("hana@globex.example", "The shop is empty.")
    assert desk.ticket().system == "globex-shop"
