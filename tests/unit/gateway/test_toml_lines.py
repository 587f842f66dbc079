"""Where in a TOML text a table or key stands."""

from gateway.toml_lines import index, line_of

TEXT = '''\
# [comment]
top = 1
[gateway]   # first
name = "a = b"
"quoted key" = 1
keys = { customer = "CT" }

[[address]]
address = "x"
[[ address ]]
note = """
[not.a.table]
queue = "no key"
"""
queue = "yes"
[address.more]
deep.key = 1
[trust]
relays = [
  "a=1",   # """ in a comment
]
last = \'\'\'one line\'\'\'
end = 1
'''


def test_tables_and_keys_are_found_on_their_lines() -> None:
    assert dict(index(TEXT)) == {
        ("top",): 2,
        ("gateway",): 3,
        ("gateway", "name"): 4,
        ("gateway", "quoted key"): 5,
        ("gateway", "keys"): 6,
        ("address", 0): 8,
        ("address", 0, "address"): 9,
        ("address", 1): 10,
        ("address", 1, "note"): 11,
        ("address", 1, "queue"): 15,
        ("address", 1, "more"): 16,
        ("address", 1, "more", "deep", "key"): 17,
        ("trust",): 18,
        ("trust", "relays"): 19,
        ("trust", "last"): 22,
        ("trust", "end"): 23,
    }


def test_what_stands_on_no_line_of_its_own_is_told_by_what_is_around_it() -> None:
    lines = index(TEXT)
    assert line_of(lines, ("gateway", "keys", "customer")) == 6
    assert line_of(lines, ("trust", "relays", 0)) == 19
    assert line_of(lines, ("gateway", "missing")) == 3
    assert line_of(lines, ("nowhere",)) is None
    assert line_of(lines, ()) is None
