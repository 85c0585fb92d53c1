"""The certificate: right on the page and on paper, made once, kept with its hash."""

import hashlib
import io
import shutil
import subprocess
from datetime import date

import page as page_validation
import pikepdf
import pytest
import zxingcpp
from django.core.files.storage import default_storage
from PIL import Image

from certification.credentials import operations, tasks
from certification.credentials.certificate import code_in_words
from certification.credentials.models import CertificateFile, Credential
from certification.credentials.operations import evaluate, papers, revoke
from courses.public import evidence_recorded
from lms.jobs.models import Job
from lms.jobs.operations import run
from lms.notices.models import Notice
from lms.people.models import Person
from tests.certification.learning import finish_mrss_101, finish_program

DAY = date(2026, 2, 3)


@pytest.fixture
def certified(programs, settings, tmp_path):
    """Certify Lucía on 3 February 2026; return the credential."""
    settings.MEDIA_ROOT = str(tmp_path)
    lucia = programs.person("lucia")
    evidence_recorded.disconnect(dispatch_uid="certification.weigh_evidence")
    try:
        finish_mrss_101(lucia, DAY)
        finish_program(lucia, "nm-mrss", DAY)
        evaluate(person_ids=[lucia.pk], on=DAY)
    finally:
        tasks.connect()
    return Credential.objects.get(program_key="nm-mrss")


def fetch(client, cast, credential, key="lucia", **headers):
    client.force_login(cast.user(key))
    return client.get(f"/certificates/{credential.code}.pdf", headers=headers)


def test_the_paper_is_tagged_for_screen_readers(client, programs, certified):
    data = fetch(client, programs, certified).content
    report = page_validation.validate_pdf_bytes(data, profile="ua1")
    assert report.is_compliant, [(each.rule_id, each.message) for each in report.failures]


def test_the_paper_is_one_letter_page_with_its_own_fonts(client, programs, certified):
    document = pikepdf.open(io.BytesIO(fetch(client, programs, certified).content))
    assert len(document.pages) == 1
    assert [float(side) for side in document.pages[0].mediabox] == [0, 0, 792, 612]
    assert str(document.Root.Lang) == "en"
    names = {str(font.BaseFont) for font in document.pages[0].Resources.Font.values()}
    assert any("Source-Serif" in name for name in names)
    assert any("Public-Sans" in name for name in names)
    for font in document.pages[0].Resources.Font.values():
        assert "/FontFile2" in font.DescendantFonts[0].FontDescriptor
    with document.open_metadata() as metadata:
        assert metadata["dc:title"] == f"Certificate {certified.code}, Lucía Tafoya-Begay"


def test_a_telephone_reads_the_code_from_the_paper(client, programs, certified, tmp_path, settings):
    pdftoppm = shutil.which("pdftoppm")
    assert pdftoppm, "pdftoppm is missing: install poppler-utils (apt) or poppler (brew)"
    paper = tmp_path / "certificate.pdf"
    paper.write_bytes(fetch(client, programs, certified).content)
    subprocess.run(
        [pdftoppm, "-r", "110", "-png", "-singlefile", str(paper), str(tmp_path / "shot")],
        check=True,
    )
    [code] = zxingcpp.read_barcodes(Image.open(tmp_path / "shot.png"))
    address = f"{settings.SITE_URL}/verify/{certified.code}"
    assert code.text == address.upper()
    path = code.text.removeprefix(settings.SITE_URL.upper())
    answer = client.get(path, follow=True)
    assert answer.status_code == 200
    assert "Lucía Tafoya-Begay" in answer.content.decode()


def test_page_and_paper_show_what_was_frozen(client, programs, certified):
    client.force_login(programs.user("lucia"))
    body = client.get(f"/certificates/{certified.code}/").content.decode()
    for words in (
        "Lucía Tafoya-Begay", "Certified MRSS Responder", certified.code, "3 Feb 2026",
        "2 Feb 2028", "to the end of this day", "40.0 clock hours",
        "15.5 self-paced, 16.0 live, 8.5 practice", "not adopted by any authority",
        code_in_words(certified.code), "Valid today",
    ):  # fmt: skip
        assert words in body, words


def test_our_own_rule_is_said_to_be_our_own(client, programs, certified):
    own = Credential.objects.get(program_key="mrss-101")
    client.force_login(programs.user("lucia"))
    body = client.get(f"/certificates/{own.code}/").content.decode()
    assert "Basis: our own rule." in body
    assert "has completed" in body
    assert "no end date" in body


def test_codes_are_read_aloud_in_groups():
    assert code_in_words("MRSS-7K3Q-9XPA-H") == "seven K three Q, nine X P A, H"


def test_a_later_name_does_not_rewrite_the_certificate(client, programs, certified):
    before = fetch(client, programs, certified).content
    Person.objects.filter(pk=certified.person_id).update(family_name="Begay")
    assert fetch(client, programs, certified).content == before
    assert Credential.objects.get(pk=certified.pk).holder_name == "Lucía Tafoya-Begay"


# --- made once, kept ------------------------------------------------------------------------
def test_it_is_made_once_and_served_from_the_store(client, programs, certified, monkeypatch):
    first = fetch(client, programs, certified)
    stored = CertificateFile.objects.get()
    assert stored.sha256 == hashlib.sha256(first.content).hexdigest()
    assert first["ETag"] == f'"{stored.sha256}"'
    monkeypatch.setattr(papers, "certificate_pdf", None)
    second = fetch(client, programs, certified)
    assert second.content == first.content
    again = fetch(client, programs, certified, **{"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_lost_file_is_made_again_the_same(client, programs, certified):
    first = fetch(client, programs, certified).content
    default_storage.delete(CertificateFile.objects.get().storage_name)
    assert fetch(client, programs, certified).content == first


def test_an_altered_file_is_never_served(client, programs, certified, monkeypatch):
    first = fetch(client, programs, certified).content
    path = default_storage.path(CertificateFile.objects.get().storage_name)
    with open(path, "wb") as file:
        file.write(first.replace(b"%PDF", b"%PDX"))
    assert fetch(client, programs, certified).content == first
    monkeypatch.setattr(papers, "certificate_pdf", lambda credential: b"other")
    answer = fetch(client, programs, certified)
    assert answer.status_code == 500
    assert b"%PDX" not in answer.content


def test_the_job_makes_the_file_and_tells_the_holder_once(programs, certified):
    key = f"credential_issued:{certified.code}"
    assert run(key)
    assert CertificateFile.objects.filter(credential=certified).exists()
    operations.follow_up(code=certified.code)
    notice = Notice.objects.get(key=f"credential:{certified.code}:issued")
    assert notice.address == "lucia@example.org"
    assert certified.code in notice.body
    assert Job.objects.get(key=key).state == "done"


# --- who may see it -------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("key", "status"),
    [("lucia", 200), ("ines", 200), ("dee", 200), ("bo", 404), ("alma", 404), ("celeste", 404)],
)
def test_strangers_find_nothing(client, programs, certified, key, status):
    assert fetch(client, programs, certified, key).status_code == status
    assert client.get(f"/certificates/{certified.code}/").status_code == status


def test_a_visitor_is_asked_to_sign_in(client, programs, certified):
    for path in (f"/certificates/{certified.code}/", f"/certificates/{certified.code}.pdf"):
        assert client.get(path)["Location"].startswith("/accounts/login/")


def test_a_revoked_certificate_says_so_across_the_page(client, programs, certified):
    revoke(
        code=certified.code,
        actor_id=programs.user("ines").pk,
        proposed_by_id=programs.user("odette").pk,
        reason="issued_in_error",
    )
    client.force_login(programs.user("lucia"))
    body = client.get(f"/certificates/{certified.code}/").content.decode()
    assert '<p class="cert__void">Revoked</p>' in body
    assert "Valid today" not in body


def test_a_lower_case_code_leads_to_the_page(client, programs, certified):
    client.force_login(programs.user("lucia"))
    for end in ("/", ".pdf"):
        answer = client.get(f"/certificates/{certified.code.lower()}{end}")
        assert answer["Location"] == f"/certificates/{certified.code}{end}"
