"""Text that is no document is refused with its place, whatever the bytes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from saas.provisioning import reading
from tests.provisioning import aspen


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"slug: ada\nname: A\0da\n", "2:8  holds the control character U+0000; expected printable text"),
        (b'a: "x\\0y"', "1:4  a: holds the control character U+0000; expected printable text"),
        (b'"x\\0y": a', "1:1  holds the control character U+0000; expected printable text"),
        (b"a: \x1b[31m", "1:4  holds the control character U+001B; expected printable text"),
        ("slug: Solène".encode("latin-1"), "1:10  byte 0xe8 is not UTF-8; expected a file saved as UTF-8"),
        ("slug: ada".encode("utf-16"), "1:1  byte 0xff is not UTF-8; expected a file saved as UTF-8"),
        (b"a: \xed\xa0\x80", "1:4  byte 0xed is not UTF-8; expected a file saved as UTF-8"),
        (b"", "1:1  is empty; expected a mapping of keys to values"),
        (b"# nothing yet\n", "1:1  is empty; expected a mapping of keys to values"),
        (b"- a\n- b\n", "1:1  holds a single value or a list; expected a mapping of keys to values"),
        (b"a: 1\n---\nb: 2\n", "2:1  a second document starts here; expected one document a file"),
        (
            b"a: [1\nb: 2\n",
            "2:2  is not valid YAML (did not find expected ',' or ']', while parsing a flow sequence)",
        ),
        (b"a: b: c\n", "1:5  is not valid YAML (mapping values are not allowed in this context)"),
        (b"[a, b]: 1\n", "1:1  a key is a list or a mapping; expected a key that is text"),
        (b"a: !!int 5\n", "1:4  a: has the tag 'tag:yaml.org,2002:int'; expected a value without a tag"),
        (b"a: !!python/name:os.system x\n", "1:4  a: has the tag 'tag:yaml.org,2002:python/name:os.system'"),
    ],
)
def test_text_that_is_no_document_is_refused(content: bytes, said: str) -> None:
    assert any(f"people/bo.yaml:{said}" in one for one in aspen.problems({"people/bo.yaml": content}))


def test_a_byte_order_mark_of_utf_8_is_passed_over() -> None:
    contents = {name: b"\xef\xbb\xbf" + text.encode() for name, text in aspen.GOOD.items()}
    assert reading.read_files(contents).clinic.slug == "aspen"


def test_a_key_written_twice_is_refused() -> None:
    said = aspen.edited("people/ada.yaml", "titles: PT, DPT", "titles: PT\nslug: bea")
    assert said == ["people/ada.yaml:5:1  slug: the key is written twice, first in line 1"]


def test_yaml_merging_is_no_way_around_the_schema() -> None:
    said = aspen.edited("people/ada.yaml", "titles: PT, DPT", "<<: {titles: PT}")
    assert "people/ada.yaml:4:1  unknown key '<<'" in said[0]


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_whatever_the_bytes_the_answer_is_problems_of_that_file(content: bytes) -> None:
    assert all(one.startswith("people/bo.yaml") for one in aspen.problems({"people/bo.yaml": content}))


@given(st.text(alphabet="[]{}:,-?&*!|>'\"%@#ab \n", max_size=80))
@settings(max_examples=300)
def test_whatever_the_syntax_the_answer_is_problems_of_that_file(text: str) -> None:
    assert all(one.startswith("people/bo.yaml") for one in aspen.problems({"people/bo.yaml": text}))
