"""Files are measured before anything is built from them."""

from pathlib import Path

import pytest

from saas.provisioning import bounds, reading
from tests.provisioning import aspen


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? ", "[[{b: "])
def test_nesting_a_million_deep_is_refused_at_once(opening: str) -> None:
    with pytest.raises(bounds.Refused, match="nested too deep"):
        bounds.require_bounded(opening * 1_000_000)


def test_eighty_kilobytes_of_brackets_are_refused() -> None:
    assert aspen.problems({"people/ada.yaml": "a: " + "[" * 80_000}) == [
        "people/ada.yaml:1:35  is nested too deep; expected at most 32 levels"
    ]


def test_nesting_is_allowed_to_its_bound() -> None:
    bounds.require_bounded("[" * bounds.DEPTH + "]" * bounds.DEPTH)
    with pytest.raises(bounds.Refused, match="nested too deep"):
        bounds.require_bounded("[" * (bounds.DEPTH + 1) + "]" * (bounds.DEPTH + 1))


def test_an_alias_bomb_is_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    said = aspen.problems({"people/ada.yaml": "\n".join(lines)})
    assert said == [
        "people/ada.yaml:5:35  has too many values, counting what aliases repeat; "
        "expected at most 50000 values a file"
    ]


def test_aliases_do_not_hide_depth() -> None:
    lines = ["a0: &a0 " + "[" * 20 + "x" + "]" * 20, "a1: " + "[" * 12 + "*a0" + "]" * 12]
    assert (
        "people/ada.yaml:2:17  is nested too deep" in aspen.problems({"people/ada.yaml": "\n".join(lines)})[0]
    )


def test_an_alias_inside_itself_is_refused() -> None:
    said = aspen.problems({"people/ada.yaml": "a: &a [*a]"})
    assert "people/ada.yaml:1:8  the alias '*a' stands inside what it repeats" in said[0]


def test_too_many_aliases_are_refused() -> None:
    bounds.require_bounded("[&a x" + ", *a" * 100 + "]")
    said = aspen.problems({"people/ada.yaml": "a: [&a x" + ", *a" * 101 + "]"})
    assert "has too many aliases; expected at most 100 aliases a file" in said[0]


def test_too_many_values_are_refused() -> None:
    said = aspen.problems({"people/ada.yaml": "a: [" + "x," * 50_000 + "]"})
    assert "has too many values" in said[0]


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    text = aspen.ADA + "#" * (bounds.BYTES - len(aspen.ADA))
    assert (
        len(reading.read_folder(aspen.write(tmp_path, {**aspen.GOOD, "people/ada.yaml": text})).people) == 1
    )
    assert aspen.folder_problems(aspen.write(tmp_path, {"people/ada.yaml": text + "#"})) == [
        "people/ada.yaml:1:1  is too large; expected at most 256 kB"
    ]


def test_an_unknown_alias_is_refused() -> None:
    assert "people/ada.yaml:1:4  is not valid YAML (found undefined alias)" in aspen.problems(
        {"people/ada.yaml": "a: *b"}
    )
