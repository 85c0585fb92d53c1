"""Say in words why a roster row was answered as it was: codes are stored, words are shown."""

from django.utils.translation import gettext_lazy as _

ROSTER_REASONS = {
    "name_differs": _("The name on the certificate differs: check photo ID."),
    "name_not_given": _("No name was sent: compare the name on the certificate with photo ID."),
    "code_twice": _("The same code is on another row of this list."),
    "code_mistyped": _("The code has a typing mistake."),
    "code_malformed": _("This is not a certificate code."),
    "code_unknown": _("No certificate has this code."),
    "nothing_to_match": _("The row has neither a code nor a name."),
    "not_on_staff": _("Without a code, only your own staff on that date are matched by name."),
    "name_not_unique": _("More than one of your staff has this name: send the code."),
    "no_certificate": _("No certificate of this program is on record."),
    "pairs_only": _("Provisional: may respond only in a pair."),
    "other_program": _("The certificate is for another program."),
    "role_not_covered": _("The certificate does not cover this role."),
    "expired": _("The certificate has expired."),
    "suspended": _("The certificate is suspended."),
    "revoked": _("The certificate is revoked."),
    "retired": _("The certificate was laid down before its end."),
    "superseded": _("A newer certificate has replaced it."),
    "not_yet_valid": _("The certificate is not valid yet."),
}
