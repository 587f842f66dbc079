"""Encoded words as they are written, rightly and wrongly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.characters import encoded


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("=?iso-8859-1*en?Q?a=E9?=", "aé"),
        ("=?utf-8?B?5g==?= =?utf-8?B?l6U=?=", "日"),
        ("=?utf-8?B?5pe?= =?utf-8?B?l5pys?=", "日本"),
        ("=?utf-8?Q?=E4=BD?= =?utf-8?B?oA==?=", "你"),
        ("=?iso-2022-jp?B?GyRCRnxLXBsoQg==?=", "日本"),
        ("=?iso-2022-jp?B?GyRCRnw=?= =?iso-2022-jp?B?S1wbKEI=?=", "日本"),
        ("=?iso-8859-1?Q?=E9?= =?iso-8859-2?Q?=B3?=", "éł"),
        ("=?gb2312?B?1tDOxA==?=", "中文"),
        ("=?utf-7?Q?+APw-?=", "ü"),
        ("=?iso-8859-1?Q?Fr\u00f6sche?=", "Frösche"),
        ("=?utf-8?Q?Fr\u00f6sche?=", "Frösche"),
        ("=?us-ascii?Q?Fr\u00f6sche?=", "Frösche"),
        ("=?x-unknown?Q?=C3=BC?=", "ü"),
        ("=?utf-8?Q?Really??=", "Really?"),
        ("=?utf-8?Q?a b_c?=", "a b c"),
        ("=?utf-8?B?Zm9v YmFy?=", "foobar"),
        ("=?utf-8?B?Zm9v====?=", "foo"),
        ("=?utf-8?B?!!?=x", "x"),
        ("=?utf-8?Q?cut off", "cut off"),
        ("=?utf-8?B?aGVsbG8", "hello"),
        ("=?utf-8?Q?one =?utf-8?Q?two?=", "onetwo"),
        ("Re: =?utf-8?Q?x?=y", "Re: xy"),
        ("=?utf-8?Q?one=20?= two", "one  two"),
        ("=?utf-8?Q?=E9t=E9?= =?utf-8?Q?=C3=BC?=", "étéü"),
        ("=?utf-8?X?a?=", "=?utf-8?X?a?="),
        ("a =? b ?= c", "a =? b ?= c"),
    ],
)
def test_words(written: str, shown: str) -> None:
    assert encoded.decode(written) == shown


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")), st.integers(1, 45))
def test_text_comes_back_wherever_its_bytes_were_cut(text: str, width: int) -> None:
    import base64

    data = text.encode()
    words = [base64.b64encode(data[i : i + width]).decode() for i in range(0, len(data), width)]
    assert encoded.decode(" ".join(f"=?utf-8?b?{word}?=" for word in words)) == text.removeprefix("\ufeff")


@given(
    st.lists(st.sampled_from(["=?", "?=", "?q?", "?B?", "utf-8", "=C3", " ", "x", "_", "="]), max_size=30).map("".join)
)
def test_any_signs_are_read(written: str) -> None:
    encoded.decode(written).encode()
