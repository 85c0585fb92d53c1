"""Lay out the certificate: what is on the paper, the same on the page and in the PDF."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from certification.credentials.models import Credential
from certification.engine.requirements import CredentialKind
from certification.programs.document import Program as Rules
from certification.programs.queries import rules_of
from lms.kit import formats
from lms.public import qr_svg, render_pdf

STYLE = "css/print.css"
_DIGITS = {"3": "three", "7": "seven", "8": "eight", "9": "nine"}


@dataclass(frozen=True, slots=True)
class Paper:
    """What a certificate shows, as templates/components/certificate.html wants it."""

    code: str
    code_words: str
    holder: str
    title: str
    claim: str
    issuer: str
    program: str
    fields: tuple[tuple[str, str, str], ...]
    signed: str
    decision: str
    verify_address: str
    qr: SafeString
    # The number under which the same period was issued before, or "".
    formerly: str = ""


def paper_of(credential: Credential) -> Paper:
    """Return what the certificate of a credential shows; all of it was frozen at issue.

    No officer's name stands under it, because rules issued it: the office and the decision on
    record do. Three statements, fewer when `decision__program_version` was selected.
    """
    version = credential.decision.program_version
    rules = rules_of(version.digest)
    rule = rules.credential(credential.credential_key)
    completion = rule is not None and rule.kind is CredentialKind.CERTIFICATE_OF_COMPLETION
    # "MRSS Academy (demonstration issuer)": the remark stands in the small line.
    issuer, _between, remark = credential.issuer.partition(" (")
    address = f"{settings.SITE_URL}/verify/{credential.code}"
    words = {"code": credential.code, "when": _moment(credential.issued_at, credential.zone)}
    return Paper(
        code=credential.code,
        code_words=code_in_words(credential.code),
        holder=credential.holder_name,
        title=credential.title,
        claim=_("has completed") if completion else _("has met every requirement for"),
        issuer=issuer,
        program=f"{credential.program_title} ({remark}" if remark else credential.program_title,
        fields=_fields(credential, version.label, rules),
        signed=_("Issued electronically, %(when)s") % words,
        decision=_("decision on record %(id)s") % {"id": str(credential.decision.uuid)[:8]},
        verify_address=address.partition("://")[2].rpartition("/")[0],
        formerly=credential.formerly.code if credential.formerly is not None else "",
        qr=qr_svg(address, title=_("QR code that opens the check of %(code)s") % words),
    )


def _fields(credential: Credential, label: str, rules: Rules) -> tuple[tuple[str, str, str], ...]:
    """Return the four fields: name, value, note."""
    last = formats.last_day(credential.valid_until)
    basis = _("our own rule") if rules.own_rule else rules.adopted
    program = _("Rules %(version)s. Basis: %(basis)s.") % {"version": label, "basis": basis}
    hours = _("%(n)s clock hours") % {"n": formats.exact_hours(credential.hours)}
    return (
        (_("Valid from"), formats.date_short(credential.valid_from), _("the day all was met")),
        (_("Valid through"), formats.date_short(last), _("to the end of this day"))
        if last
        else (_("Valid through"), _("no end date"), _("unless it is revoked")),
        (_("Training"), hours, _hours(credential.hours_by_type)),
        (_("Program"), credential.program_title, program),
    )


def certificate_html(credential: Credential) -> str:
    """Return the page that the PDF is made from."""
    return render_to_string(
        "certification/credentials/certificate_pdf.html", {"paper": paper_of(credential)}
    )


def certificate_pdf(credential: Credential) -> bytes:
    """Return the certificate as tagged PDF; the same credential gives the same bytes.

    It is in English whatever language the reader uses: one certificate has one text.
    """
    with translation.override("en"):
        html = certificate_html(credential)
        title = _("Certificate %(code)s, %(name)s") % {
            "code": credential.code,
            "name": credential.holder_name,
        }
        return render_pdf(html, title=title, stylesheets=(STYLE,))


def code_in_words(code: str) -> str:
    """Return the part after "MRSS-" as it is read aloud: "seven K three Q, nine X P A, H"."""
    groups = code.split("-")[1:]
    return ", ".join(" ".join(_DIGITS.get(sign, sign) for sign in group) for group in groups)


def _hours(by_type: dict[str, str]) -> str:
    """Return "15.5 self-paced, 16.0 live, 7.5 practice, 1.0 coaching"."""
    words = {
        "self_paced": _("%(n)s self-paced"),
        "live": _("%(n)s live"),
        "practice": _("%(n)s practice"),
        "coaching": _("%(n)s coaching"),
    }
    parts = (
        phrase % {"n": formats.exact_hours(Decimal(by_type[kind]))}
        for kind, phrase in words.items()
        if float(by_type.get(kind, 0))
    )
    return ", ".join(parts)


def _moment(instant: datetime, zone: str) -> str:
    return formats.moment(instant, ZoneInfo(zone))
