"""What is uploaded: where bare files belong, what a ZIP may hold, and what is refused before anything is read."""

import io
import zipfile
from collections.abc import Iterable

import pytest

from saas.provisioning import reading, uploads
from saas.provisioning.problems import ConfigurationInvalid
from saas.provisioning.uploads import UploadRefused
from tests.journeys.kit import Clinic
from tests.provisioning import aspen
from tests.provisioning.drafting_pages import editor
from tests.provisioning.test_document_pages import stood

GOOD = {name: text.encode() for name, text in aspen.GOOD.items()}


def packed(files: Iterable[tuple[str, bytes]], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", how) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return held.getvalue()


def unpacked(files: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    return uploads.contents([("a.zip", packed(files))])


def problems(files: Iterable[tuple[str, bytes]]) -> list[str]:
    with pytest.raises(ConfigurationInvalid) as caught:
        reading.read_files(unpacked(files))
    return [str(one) for one in caught.value.problems]


@pytest.mark.parametrize("around", ["", "aspen/", "my tenants/aspen/"])
def test_a_zip_holds_the_files_or_the_folder_with_them(around: str) -> None:
    noise = [("__MACOSX/aspen/._clinic.yaml", b"x"), (f"{around}.DS_Store", b"x"), (f"{around}people/", b"")]
    files = [(f"{around}{name}", content) for name, content in GOOD.items()]
    assert unpacked([*noise, *files]) == GOOD
    people = [(name, content) for name, content in files if "people" in name]
    if around != "my tenants/aspen/":
        assert list(unpacked(people)) == ["people/ada.yaml"]


def test_the_slashes_of_windows_are_read() -> None:
    assert unpacked((name.replace("/", "\\"), content) for name, content in GOOD.items()) == GOOD


def test_bare_files_are_placed_by_their_keys_however_many_have_one_name() -> None:
    sent = [
        ("ada.yaml", aspen.ADA.encode()),
        ("ada.yaml", b"slug: ada\nsegments: []\n"),
        ("clinic.yaml", b"a: 1"),
    ]
    assert list(uploads.contents(sent)) == ["people/ada.yaml", "offerings/ada.yaml", "clinic.yaml"]


@pytest.mark.parametrize(
    "name",
    ["../people/bo.yaml", "/etc/passwd", "people/../../x.yaml", "people/more/bo.yaml", "inner.zip", "C:/clinic.yaml",
     "other/people/bo.yaml", "backup/clinic.yaml", "people\x01/bo.yaml"],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_is_told_and_nothing_is_written(name: str) -> None:
    [said] = problems([*GOOD.items(), (name, packed(GOOD.items()))])
    assert "  is not a file of a configuration" in said
    assert said.isprintable()


def test_a_configuration_without_its_clinic_is_told() -> None:
    assert problems([("people/ada.yaml", GOOD["people/ada.yaml"])])[0] == "clinic.yaml  the file is missing"


def locked() -> bytes:
    """Return a ZIP that says its file is encrypted, as a password makes it."""
    found = bytearray(packed(GOOD.items(), zipfile.ZIP_STORED))
    found[6] |= 1
    found[found.index(b"PK\x01\x02") + 8] |= 1
    return bytes(found)


def misnamed() -> bytes:
    """Return a ZIP whose name claims to be UTF-8 and is none."""
    return packed([("ü.yaml", b"x")]).replace("ü".encode(), b"\xff\xfe")


WHOLE = packed(GOOD.items())
BROKEN = {
    "only a mark": b"PK\x03\x04 broken", "cut off": WHOLE[:-30], "without its middle": WHOLE[:200] + WHOLE[300:],
    "spoilt": WHOLE[:60] + b"\xff" * 40 + WHOLE[100:], "locked": locked(), "misnamed": misnamed(),
    "packed otherwise": packed(GOOD.items(), zipfile.ZIP_LZMA),
    "packed yet otherwise": packed(GOOD.items(), zipfile.ZIP_BZIP2),
}  # fmt: skip


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN.keys())
def test_a_zip_that_cannot_be_opened_is_refused(content: bytes) -> None:
    with pytest.raises(UploadRefused, match=r"a\.zip cannot be opened"):
        uploads.contents([("a.zip", content)])


TOO_MUCH = {
    "a bomb": [("a.zip", packed([("clinic.yaml", b"0" * 60_000_000)]))],
    "many files": [("a.zip", packed((f"people/p{n}.yaml", b"") for n in range(2_001)))],
    "five megabytes": [("clinic.yaml", b"#" * 5_000_000)],
    "together": [(f"people/p{n}.yaml", b"#" * 1_500_000) for n in range(3)],
}


@pytest.mark.parametrize("sent", TOO_MUCH.values(), ids=TOO_MUCH.keys())
def test_more_than_a_page_can_take_is_refused_unopened(sent: list[tuple[str, bytes]]) -> None:
    with pytest.raises(UploadRefused, match="at most 2000 files and 4 MB"):
        uploads.contents(sent)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused() -> None:
    with pytest.raises(UploadRefused, match=r"people/ada\.yaml is there twice"):
        unpacked([*GOOD.items(), ("people/ada.yaml", b"")])
    with pytest.raises(UploadRefused, match="twice"):
        uploads.contents([("a.zip", packed(GOOD.items())), ("ada.yaml", aspen.ADA.encode())])


@pytest.mark.parametrize("sent", [[], [("", b"")], [("a.zip", packed([(".git/x", b"")]))]])
def test_nothing_is_no_configuration(sent: list[tuple[str, bytes]]) -> None:
    with pytest.raises(UploadRefused, match="Please choose the YAML files"):
        uploads.contents(sent)


def test_the_page_says_what_is_wrong_and_nothing_is_applied(practice: Clinic) -> None:
    at, before = editor(practice), stood(practice)
    page = at.upload(("a.zip", TOO_MUCH["a bomb"][0][1]))
    assert (page.status, "at most 2000 files" in page.text) == (422, True)
    page = at.upload(
        ("a.zip", packed([("../../etc/cron.yaml", b"x"), ("clinic.yaml", "slug: Ä".encode("latin-1"))]))
    )
    assert (page.status, "is not UTF-8" in page.text) == (422, True)
    assert stood(practice) == before
    # A file of some that says nothing any more goes.
    assert "policies.yaml" in before
    page = at.upload(("policies.yaml", b"reschedule: []\n"), whole=False)
    assert (page.status, "Policies" in page.text, "Nothing changes" in page.text) == (200, True, False)


def test_many_small_zips_are_measured_together_and_no_further_one_is_opened() -> None:
    def sent() -> Iterable[tuple[str, bytes]]:
        for number in range(3):
            if number == 2:
                raise AssertionError("what is too much already was read on")
            yield f"{number}.zip", packed([(f"people/{number}.yaml", b" " * 2_500_000)])

    with pytest.raises(UploadRefused, match="too much"):
        uploads.contents(sent())
