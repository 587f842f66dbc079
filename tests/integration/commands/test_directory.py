"""`postern directory`."""

import re
from pathlib import Path

from gateway.reader import Reader
from tests.rig.command import Ended
from tests.rig.site import ANN, Site


def test_the_directory_is_made_equal_to_its_file(tmp_path: Path, reader: Reader) -> None:
    site = Site(tmp_path / "site", reader)
    first = site.run("directory", "apply")
    assert first.code == 0
    assert ANN in first.out
    assert site.run("directory", "apply") == Ended(0, "nothing changed\n", "")
    assert site.objects("directory", "apply") == []
    file = site.folder / "directory.toml"
    file.write_text(file.read_text().replace('name = "Wendy"', 'name = "Wanda"'))
    (changed,) = site.objects("directory", "apply")
    assert changed == {"changed": "person wendy@webhost.example: changed name"}


def test_the_directory_is_shown(site: Site) -> None:
    found = site.objects("directory", "show")
    kinds = {next(iter(one)) for one in found}
    assert kinds == {"organisation", "person", "group", "system"}
    (ann,) = [one for one in found if one.get("person") == ANN]
    assert ann["addresses"] == [ANN, "ann.lee@acme.example"]
    assert (ann["organisation"], ann["role"], ann["language"]) == ("acme", "requester", "en")
    (system,) = [one for one in found if one.get("system") == "acme-dam"]
    assert system["involved"] == {"web-it-provider": "webhost", "2nd-level-provider": "hosting"}
    assert "acme-dam" in site.run("directory", "show").out


def test_another_file_is_refused_while_one_is_configured(site: Site) -> None:
    other = site.folder / "other.toml"
    other.write_text((site.folder / "directory.toml").read_text())
    done = site.run("directory", "apply", str(other))
    assert (done.code, done.out) == (64, "")
    assert str(other) in done.err
    assert site.run("directory", "apply", str(site.folder / "directory.toml")).code == 0
    assert site.run("directory", "show", str(other)).code == 64


def test_a_file_is_taken_where_none_is_configured(site: Site) -> None:
    site.config.write_text(re.sub(r"(?m)^directory = .*$", "", site.config.read_text()))
    assert site.run("directory", "apply").code == 64
    assert site.run("directory", "apply", str(site.folder / "nowhere.toml")).code == 66
    assert site.run("directory", "apply", str(site.folder / "directory.toml")) == Ended(0, "nothing changed\n", "")


def test_a_broken_directory_is_told_and_changes_nothing(site: Site) -> None:
    before = site.contents()
    file = site.folder / "directory.toml"
    file.write_text(
        file.read_text().replace('kind = "operator"', 'kind = "boss"').replace('role = "agent"', 'role = "x"')
    )
    done = site.run("directory", "apply")
    assert (done.code, done.out) == (78, "")
    assert len(done.err.splitlines()) >= 3
    assert all(line.startswith(f"{file}:") for line in done.err.splitlines())
    assert site.contents() == before


def test_people_are_taken_from_a_csv_file_where_none_is_configured(site: Site) -> None:
    site.config.write_text(re.sub(r"(?m)^directory = .*$", "", site.config.read_text()))
    file = site.folder / "people.csv"
    file.write_text(
        "name,addresses,organisation,role,language\nAnn,ann@acme.example ann.lee@acme.example,acme,requester,en\n"
    )
    done = site.run("directory", "apply", str(file))
    assert (done.code, done.err) == (0, "")
    assert "person bob@acme.example: deactivated\n" in done.out
    assert ANN not in done.out
    assert site.run("directory", "apply", str(file)) == Ended(0, "nothing changed\n", "")
    kinds = {next(iter(one)) for one in site.objects("directory", "show")}
    assert kinds == {"organisation", "person", "group", "system"}
    file.write_text("name,addresses,organisation\nAnn,ann@acme.example,acne\n")
    done = site.run("directory", "apply", str(file))
    assert (done.code, done.out) == (78, "")
    assert done.err == f'{file}:2: organisation names "acne", which does not exist; did you mean "acme"?\n'
