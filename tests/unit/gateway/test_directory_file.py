"""directory.toml: who is who, checked against itself, the desk and the configuration."""

from datetime import time
from importlib.resources import files
from pathlib import Path

import pytest

from gateway import directory_file
from gateway.directory_file import Surroundings
from gateway.faults import ConfigFaults
from gateway.public_domains import is_freemail, is_public_suffix
from routing.directory import Directory, Group, Organisation, OrganisationKind, Person, Role, System
from routing.wishes import Topic, Wish

AROUND = Surroundings(
    roles=("it-provider", "web-it-provider"), addresses=("support@desk.example",), queues=("inbound", "second")
)

SOUND = """\
[[organisation]]
key = "hosting"
name = "Hosting"
kind = "distributor"

[[organisation]]
key = "webhost"
name = "Webhost"
kind = "partner"
parent = "hosting"

[[organisation]]
key = "acme"
name = "Acme Corp"
kind = "customer"
parent = "webhost"
domains = ["ACME.example"]

[[person]]
name = "Ann"
addresses = ["ann@acme.example", "Ann.Lee@ACME.example"]
organisation = "acme"
role = "moderator"
language = "de"

[[person]]
name = "Nobody's"
addresses = ["x@y.example"]

[[group]]
key = "support"
organisation = "acme"
members = ["ANN@acme.example"]
queues = ["second"]

[[system]]
key = "acme-dam"
name = "Acme DAM"
customer = "acme"
involved = { web-it-provider = "webhost", it-provider = "hosting" }
"""


def loaded(folder: Path, text: str, around: Surroundings = AROUND) -> Directory:
    path = folder / "directory.toml"
    path.write_text(text, encoding="utf-8")
    return directory_file.load(path, around)


def refused(folder: Path, text: str, around: Surroundings = AROUND) -> list[str]:
    """The sentences with which a directory is refused, without the file's name."""
    with pytest.raises(ConfigFaults) as caught:
        loaded(folder, text, around)
    return [str(fault).removeprefix(f"{folder / 'directory.toml'}:") for fault in caught.value.faults]


def organisation(key: str, kind: str = "customer", more: str = "") -> str:
    return f'[[organisation]]\nkey = "{key}"\nname = "{key}"\nkind = "{kind}"\n{more}\n'


def test_a_sound_directory_is_what_it_says(tmp_path: Path) -> None:
    assert loaded(tmp_path, SOUND) == Directory(
        organisations={
            "hosting": Organisation("hosting", "Hosting", OrganisationKind.DISTRIBUTOR),
            "webhost": Organisation("webhost", "Webhost", OrganisationKind.PARTNER, "hosting"),
            "acme": Organisation("acme", "Acme Corp", OrganisationKind.CUSTOMER, "webhost", ("acme.example",)),
        },
        people=(
            Person("Ann", ("ann@acme.example", "Ann.Lee@acme.example"), "acme", Role.MODERATOR, "de"),
            Person("Nobody's", ("x@y.example",)),
        ),
        groups=(Group("support", "acme", ("ANN@acme.example",), ("second",)),),
        systems={
            "acme-dam": System("acme-dam", "Acme DAM", "acme", {"web-it-provider": "webhost", "it-provider": "hosting"})
        },
    )


def test_people_have_skills_and_wishes(tmp_path: Path) -> None:
    text = """\
[[person]]
name = "Ann"
addresses = ["ann@acme.example"]
skills = ["billing", "acme-dam"]
notify = { default = "mine", comment = "none" }
"""
    (ann,) = loaded(tmp_path, text).people
    assert ann.skills == ("billing", "acme-dam")
    assert (ann.wish(Topic.COMMENT), ann.wish(Topic.OPENED)) == (Wish.NEVER, Wish.MINE)
    faulty = text.replace("comment", "coment").replace('"mine"', '"most"')
    assert [fault.split(":")[0] for fault in refused(tmp_path, faulty)] == ["5", "5"]


CLOCKS = """\
[[organisation]]
key = "acme"
name = "Acme"
kind = "customer"
timezone = "Asia/Kolkata"

[[person]]
name = "Ann"
addresses = ["ann@acme.example"]
organisation = "acme"
timezone = "Europe/Berlin"
digest_at = 07:30:00
quiet = ["22:00-07:00", "00:00-24:00 sat sun"]

[[person]]
name = "Bob"
addresses = ["bob@acme.example"]
organisation = "acme"
digest_at = "7"
quiet = "22:00-07:00 mon-fri"
"""


def test_people_live_by_clocks_of_their_own(tmp_path: Path) -> None:
    ann, bob = loaded(tmp_path, CLOCKS).people
    assert (ann.hours.zone, ann.hours.digest) == ("Europe/Berlin", time(7, 30))
    assert list(map(str, ann.hours.quiet)) == ["22:00-07:00", "00:00-00:00 sat sun"]
    assert (bob.hours.zone, bob.hours.digest) == ("Asia/Kolkata", time(7))
    assert list(map(str, bob.hours.quiet)) == ["22:00-07:00 mon tue wed thu fri"]


def test_wishes_go_by_the_names_that_people_use(tmp_path: Path) -> None:
    text = """\
[[person]]
name = "Ann"
addresses = ["ann@acme.example"]

[person.notify]
all = "digest"
comments = "at once"
move = "none"
offer = "hourly"
"""
    (ann,) = loaded(tmp_path, text).people
    found = {topic: ann.wish(topic) for topic in (Topic.OPENED, Topic.COMMENT, Topic.MOVE, Topic.OFFER)}
    assert list(found.values()) == [Wish.DAILY, Wish.AT_ONCE, Wish.NEVER, Wish.HOURLY]


def test_what_no_clock_shows_is_a_fault(tmp_path: Path) -> None:
    text = """\
[[person]]
name = "Ann"
addresses = ["ann@acme.example"]
timezone = "Europe/Atlantis"
digest_at = "noon"
quiet = ["22:00-07:00", "at night"]
notify = { comment = "weekly" }
"""
    assert refused(tmp_path, text) == [
        '4: person[1].timezone cannot be "Europe/Atlantis"; write a time zone such as "Europe/Berlin" or "UTC"',
        '5: person[1].digest_at cannot be "noon"; write a time of the day, as in "07:30"',
        '6: person[1].quiet has no such spans of time; write "22:00-07:00", or with days ["18:00-08:00 mon-fri", '
        '"00:00-24:00 sat sun"]',
        '7: person[1].notify.comment cannot be "weekly"; choose one of "at-once", "mine", "hourly", "daily", "never"',
    ]


def test_nobody_does_without_what_the_desk_lets_nobody_do_without(tmp_path: Path) -> None:
    text = '[[person]]\nname = "Ann"\naddresses = ["ann@acme.example"]\nnotify = { move = "never", merge = "never" }\n'
    assert refused(tmp_path, text, Surroundings(never=frozenset({Topic.MERGE}))) == [
        "4: person[1].notify.move cannot be never: the desk lets nobody do without such letters ([people] never in its "
        "file); write at-once, mine, hourly or daily"
    ]


def test_an_empty_directory_is_sound(tmp_path: Path) -> None:
    assert loaded(tmp_path, "") == Directory()


def test_the_sample_that_ships_is_sound_for_the_desk_that_ships() -> None:
    around = Surroundings(
        roles=("2nd-level-provider", "web-it-provider"), addresses=("support@desk.example",), queues=("inbound",)
    )
    found = directory_file.load(Path(str(files("gateway") / "sample" / "several-parties.toml")), around)
    assert [person.name for person in found.support_group("acme")] == ["Ann", "Bob"]
    assert [person.name for person in found.agents("inbound")] == ["Dana", "Emil"]
    assert found.systems["acme-dam"].involved == {"web-it-provider": "webhost", "2nd-level-provider": "hosting"}
    assert found.systems_of("globex")[0].involved == {}


def test_every_fault_is_told_at_once_and_none_causes_another(tmp_path: Path) -> None:
    text = """\
[[organisation]]
key = "acme"
name = "Acme"
kind = "custmer"
domains = ["gmail.com"]
parent = "hosting"

[[person]]
name = "Ann"
addresses = ["ann@acme.example", "support+x@desk.example"]
organisation = "acmee"
role = "king"

[[person]]
name = "Ann again"
addresses = ["ANN@acme.example"]
organisation = "acme"

[[group]]
key = "support"
organisation = "acme"
members = ["ann@acme.example", "anne@acme.example"]
queues = ["secnd"]

[[system]]
key = "dam"
name = "DAM"
customer = "acme"
involved = { web-provider = "acme", it-provider = "webhost" }
"""
    assert refused(tmp_path, text) == [
        '4: organisation[1].kind cannot be "custmer"; did you mean "customer"?',
        '5: organisation[1].domains cannot list "gmail.com": that is a mail service, where strangers have addresses '
        "too; take it out and register each person",
        '6: organisation[1].parent names "hosting", which does not exist; choose one of "acme"',
        '10: person[1].addresses cannot list "support+x@desk.example": that is an address of ours, and letters to it '
        "would come back; write the person's own address",
        '11: person[1].organisation names "acmee", which does not exist; did you mean "acme"?',
        '12: person[1].role cannot be "king"; choose one of "requester", "agent", "technician", "moderator", "admin"',
        '16: person[2].addresses has "ANN@acme.example", which stands above already; keep it in one place',
        '22: group[1].members lists "anne@acme.example", which is the address of no person; '
        'did you mean "ANN@acme.example"? (or add the person)',
        '23: group[1].queues names "secnd", which does not exist; did you mean "second"?',
        '29: system[1].involved names the role "web-provider", which the desk does not know; '
        'did you mean "web-it-provider"?',
        '29: system[1].involved.it-provider names "webhost", which does not exist; choose one of "acme"',
    ]


@pytest.mark.parametrize(
    "text",
    [
        organisation("a") + organisation("a"),
        organisation("a", more='domains = ["x.example"]') + organisation("b", more='domains = ["X.example"]'),
        '[[system]]\nkey = "s"\nname = "S"\ncustomer = "a"\n' * 2 + organisation("a"),
        organisation("a") + '[[group]]\nkey = "g"\norganisation = "a"\nmembers = []\n' * 2,
        '[[person]]\nname = "P"\naddresses = ["p@x.example", "P@x.example"]\n',
    ],
)
def test_twins_are_refused(tmp_path: Path, text: str) -> None:
    assert len(refused(tmp_path, text)) == 1


def test_two_organisations_may_have_groups_of_the_same_key(tmp_path: Path) -> None:
    group = '[[group]]\nkey = "support"\norganisation = "{}"\nmembers = []\n'
    text = organisation("a") + organisation("b") + group.format("a") + group.format("b")
    assert len(loaded(tmp_path, text).groups) == 2


def test_parents_in_a_circle_are_refused(tmp_path: Path) -> None:
    text = "".join(
        organisation(key, "partner", f'parent = "{parent}"') for key, parent in (("a", "b"), ("b", "c"), ("c", "b"))
    )
    sentences = refused(tmp_path, text)
    assert sentences == [f"{line}: organisation[{n}].parent leads back to itself; take one parent out of the circle"
                         for line, n in ((10, 2), (15, 3))]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "above", "sound"),
    [
        ("customer", "partner", True),
        ("customer", "operator", True),
        ("partner", "partner", True),
        ("partner", "distributor", True),
        ("distributor", "operator", True),
        ("customer", "customer", False),
        ("partner", "customer", False),
        ("distributor", "partner", False),
        ("operator", "distributor", False),
    ],
)
def test_tiers_stand_in_their_order(tmp_path: Path, kind: str, above: str, sound: bool) -> None:
    text = organisation("a", kind, 'parent = "b"') + organisation("b", above)
    if sound:
        assert loaded(tmp_path, text).organisations["a"].parent == "b"
    else:
        assert refused(tmp_path, text)[0].startswith(f'5: organisation[1].parent cannot be "b", a {above}')


def test_further_people_stand_in_a_csv_file(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(
        "Name;Addresses;Organisation;Role;Skills\n"
        "Ann;ann@acme.example ann.lee@acme.example;acme;moderator;billing\n"
        "\n"
        "Bob;bob@acme.example;acme;;\n",
        encoding="utf-8-sig",
    )
    text = '[people]\nfile = "people.csv"\n' + organisation("acme")
    assert loaded(tmp_path, text).people == (
        Person("Ann", ("ann@acme.example", "ann.lee@acme.example"), "acme", Role.MODERATOR, skills=("billing",)),
        Person("Bob", ("bob@acme.example",), "acme"),
    )


def test_the_faults_of_a_csv_file_are_told_with_its_lines(tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("name,addresses,organisation,role\nAnn,ann@acme.example,acne,boss\nBob,ann@acme.example,acme,\n")
    with pytest.raises(ConfigFaults) as caught:
        loaded(tmp_path, '[people]\nfile = "people.csv"\n' + organisation("acme"))
    assert sorted(str(fault) for fault in caught.value.faults) == sorted(
        [
            f'{people}:2: role cannot be "boss"; '
            'choose one of "requester", "agent", "technician", "moderator", "admin"',
            f'{people}:2: organisation names "acne", which does not exist; did you mean "acme"?',
            f'{people}:3: addresses has "ann@acme.example", which stands above already; keep it in one place',
        ]
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "1: name is missing; the first line names the columns"),
        ("name,adresses\n", '1: adresses is no column of people; did you mean "addresses"?'),
        ("name,addresses\nAnn,a@b.example,c\n", "2: this line has 3 cells for 2 columns"),
        ('name,addresses\n"Ann,a@b.example\n', "2: this line is no CSV"),
    ],
)
def test_a_csv_file_that_cannot_be_understood(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "people.csv"
    path.write_text(text)
    with pytest.raises(ConfigFaults) as caught:
        directory_file.load_people(path, AROUND, Directory())
    assert f"{path}:{said}" in str(caught.value.faults[0])


def test_an_organisation_is_not_its_own_parent(tmp_path: Path) -> None:
    assert len(refused(tmp_path, organisation("a", more='parent = "a"'))) == 1


@pytest.mark.parametrize("kind", ["operator", "distributor"])
def test_a_domain_gives_nobody_the_power_of_operator_or_distributor(tmp_path: Path, kind: str) -> None:
    (sentence,) = refused(tmp_path, organisation("a", kind, 'domains = ["desk.example"]'))
    assert f'cannot be set for the kind "{kind}"' in sentence


@pytest.mark.parametrize("kind", ["customer", "partner"])
def test_customers_and_partners_may_have_domains(tmp_path: Path, kind: str) -> None:
    assert loaded(tmp_path, organisation("a", kind, 'domains = ["acme.example"]')).colleague("new@acme.example")


@pytest.mark.parametrize("kind", ["partner", "distributor"])
def test_partners_may_say_what_their_numbers_look_like(tmp_path: Path, kind: str) -> None:
    found = loaded(tmp_path, organisation("a", kind, "reference = 'INC\\d{7}'"))
    assert found.organisations["a"].reference == "INC\\d{7}"


@pytest.mark.parametrize(
    ("kind", "pattern", "problem"),
    [
        ("partner", "INC(", "is no regular expression"),
        ("partner", "[0-9]*", "finds even an empty text"),
        ("customer", "INC[0-9]+", 'cannot be set for the kind "customer"'),
    ],
)
def test_a_number_that_cannot_be_known_is_refused(tmp_path: Path, kind: str, pattern: str, problem: str) -> None:
    (sentence,) = refused(tmp_path, organisation("a", kind, f"reference = '{pattern}'"))
    assert problem in sentence
    assert "organisation[1].reference" in sentence


@pytest.mark.parametrize("domain", ["gmail.com", "yahoo.co.uk", "hotmail.fr", "web.de", "proton.me", "GMX.net"])
def test_freemail_makes_nobody_a_colleague(tmp_path: Path, domain: str) -> None:
    assert "that is a mail service" in refused(tmp_path, organisation("a", more=f'domains = ["{domain}"]'))[0]


@pytest.mark.parametrize("domain", ["com", "co.uk", "com.au", "or.at", "github.io", "example"])
def test_a_public_suffix_makes_nobody_a_colleague(tmp_path: Path, domain: str) -> None:
    assert "that is a public suffix" in refused(tmp_path, organisation("a", more=f'domains = ["{domain}"]'))[0]


@pytest.mark.parametrize(
    "domain", ["acme.example", "yahoo-consulting.com", "mygmail.com", "acme.co.uk", "acme.github.io", "go.com"]
)
def test_domains_of_one_owner_are_neither(domain: str) -> None:
    assert not is_freemail(domain)
    assert not is_public_suffix(domain)


@pytest.mark.parametrize("address", ["support@desk.example", "SUPPORT@desk.example", "support+anything@desk.example"])
def test_nobody_has_an_address_of_ours(tmp_path: Path, address: str) -> None:
    (sentence,) = refused(tmp_path, f'[[person]]\nname = "P"\naddresses = ["{address}"]\n')
    assert "that is an address of ours" in sentence


def test_a_colleague_at_our_domain_is_no_address_of_ours(tmp_path: Path) -> None:
    assert loaded(tmp_path, '[[person]]\nname = "P"\naddresses = ["dana@desk.example"]\n').person("dana@desk.example")


@pytest.mark.parametrize(
    "address", ["ann", "Ann <ann@acme.example>", "ann@@acme.example", "ann@acme.example, b@c.example", ""]
)
def test_an_address_is_one_bare_address(tmp_path: Path, address: str) -> None:
    (sentence,) = refused(tmp_path, f'[[person]]\nname = "P"\naddresses = ["{address}"]\n')
    assert sentence.startswith('3: person[1].addresses[1] cannot be "')


def test_a_person_has_an_address(tmp_path: Path) -> None:
    (sentence,) = refused(tmp_path, '[[person]]\nname = "P"\naddresses = []\n')
    assert sentence == "3: person[1].addresses cannot be an empty list; write at least one address into it"


def test_a_system_belongs_to_a_customer(tmp_path: Path) -> None:
    text = organisation("web", "partner") + '[[system]]\nkey = "s"\nname = "S"\ncustomer = "web"\n'
    assert 'cannot be "web", which is no customer' in refused(tmp_path, text)[0]


def test_what_is_not_known_of_the_desk_is_not_checked(tmp_path: Path) -> None:
    text = SOUND.replace("web-it-provider", "any-role").replace("second", "any-queue")
    assert loaded(tmp_path, text, Surroundings()).systems["acme-dam"].involved["any-role"] == "webhost"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("[[organization]]\n", 'organization is unknown; did you mean "organisation"?'),
        (
            '[[person]]\nname = "P"\naddress = "a@b.example"\n',
            'person[1].address is unknown; did you mean "addresses"?',
        ),
        ('[[person]]\naddresses = ["a@b.example"]\n', 'person[1].name is missing; add it, as in name = "Ann"'),
        ('[[person]]\nname = "P"\naddresses = "a@b.example"\n', "write a list in brackets"),
        ('[[person]]\nname = "P"\naddresses = ["a@b.example"]\nlanguage = "German"\n', 'write a language such as "en"'),
        (
            '[[person]]\nname = "P\\u202e"\naddresses = ["a@b.example"]\n',
            "person[1].name cannot be empty or hold control",
        ),
        ('[[group]]\nkey = "a b"\norganisation = "x"\nmembers = []\n', 'group[1].key cannot be "a b"'),
    ],
)
def test_keys_and_types_are_strict(tmp_path: Path, text: str, wanted: str) -> None:
    assert any(wanted in sentence for sentence in refused(tmp_path, text))
