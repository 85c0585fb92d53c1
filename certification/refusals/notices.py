"""What a worker is told about a letter; what it says stands only in the letter."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from certification.refusals.models import RefusalLetter
from lms.public import PersonRecord, notify


def tell(letter: RefusalLetter, person: PersonRecord) -> None:
    """Promise the message that a letter is there, once."""
    words = {
        "name": person.name,
        "reference": letter.reference,
        "office": letter.content["from"],
        "page": f"{settings.SITE_URL}{reverse('refusal', args=[letter.uuid])}",
    }
    body = "\n\n".join(
        [
            _("Hello %(name)s,") % words,
            _("%(office)s has written to you about your certification (%(reference)s).") % words,
            _("The letter says what is open, and what you can do. Read it: %(page)s") % words,
        ]
    )
    notify(
        key=f"refusal:{letter.uuid}",
        kind="credential",
        address=person.email,
        subject=_("A letter about your certification (%(reference)s)") % words,
        body=body + "\n",
        person_id=person.id,
    )
