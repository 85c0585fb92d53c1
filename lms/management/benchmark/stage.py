"""A scratch database with everything that a measurement needs, thrown away afterwards."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import segno
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import override_settings

import content.public
from certification import public as certification
from courses import public as courses
from lms.kit import clock
from lms.people.models import Person, User
from lms.people.operations.organisations import create_organisation
from lms.people.operations.people import create_person

PASSWORD = "a-long-enough-passphrase"  # noqa: S105 - of a scratch database
ADDRESS = "measured@example.org"
PRINT = "css/print.css"


@dataclass
class Stage:
    """Where the measured pages are, and who looks at them."""

    learner: Any
    holder: Any
    code: str
    course: str
    lesson: str
    quiz: str
    bare_page: str
    address: str
    password: str
    numbers: Iterator[int]

    def newcomer(self, *, other_courses: int = 0) -> int:
        """Return a new person who has finished the course but not passed its check."""
        number = next(self.numbers)
        person_id = create_person(actor_id=None, given_name="New", family_name=f"Comer {number}")
        for other in range(other_courses):
            self._told(person_id, "course", f"course:other-{other}", hours="2")
        self.finish_course(person_id)
        return person_id

    def finish_course(self, person_id: int) -> None:
        """Tell that the whole course was read; only its check is left."""
        self._told(person_id, "course", "course:mrss-101", hours="1.5", score="90")

    def finish_lessons(self, person_id: int) -> None:
        """Tell that every lesson of the course was finished; only its check is left."""
        outline = courses.outline(course_key="mrss-101")
        for module in outline.modules if outline else ():
            for lesson in module.lessons:
                self._told(person_id, "lesson", lesson.subject)

    def complete(self, person_id: int) -> None:
        """Tell of the passed check, the last thing that the certificate waits for."""
        self._told(person_id, "quiz", "quiz:mrss-101-check", score="90")

    def _told(self, person_id: int, kind: str, subject: str, **facts: Any) -> None:
        hours = facts.get("hours", "0")
        courses.record_training(
            person_id=person_id,
            kind=kind,
            subject=subject,
            hours=hours,
            hours_type="self_paced" if hours != "0" else "none",
            score=facts.get("score"),
            passed=True,
            occurred_at=clock.now(),
            actor_id=None,
            act=f"benchmark:{person_id}:{subject}",
        )

    def bare_pdf(self) -> Callable[[], object]:
        """Return the floor P: WeasyPrint on the same page with fonts and style kept, and a QR."""
        from weasyprint import CSS, HTML
        from weasyprint.text.fonts import FontConfiguration

        static = Path(settings.ROOT) / "lms" / "static"
        html = certification.certificate_html(code=self.code)
        html = html.replace(f'"{settings.STATIC_URL}', f'"{static.as_uri()}/')
        fonts = FontConfiguration()
        style = CSS(filename=str(static / PRINT), font_config=fonts)

        def floor() -> object:
            segno.make(f"{settings.SITE_URL}/verify/{self.code}".upper()).svg_inline()
            return HTML(string=html).write_pdf(
                stylesheets=[style], font_config=fonts, pdf_variant="pdf/ua-1", pdf_tags=True
            )

        return floor

    def make_pdf(self) -> Callable[[], object]:
        """Return what makes our certificate from its row: page, QR and PDF."""
        return lambda: certification.certificate_pdf(code=self.code)

    def forget_sign_ins(self) -> None:
        """Empty the counters that would stop the tenth sign-in of a minute."""
        cache.clear()


@contextmanager
def scratch_stage() -> Iterator[Stage]:
    """Yield a stage on a database of its own; drop it afterwards. Nothing real is touched."""
    from allauth.account.models import EmailAddress

    with override_settings(ALLOWED_HOSTS=["*"], DEBUG=False):
        name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            content.public.ensure_site()
            courses.load_curriculum(path=_curriculum() / "mrss-101")
            certification.load_programs()
            _organisation()
            people = [_account(address) for address in ("learner@example.org", ADDRESS)]
            for user in people:
                EmailAddress.objects.create(
                    user=user, email=user.email, verified=True, primary=True
                )
            yield _stage(*people)
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)


def _curriculum() -> Path:
    return Path(settings.ROOT) / "content" / "curriculum"


def _organisation() -> None:
    state = create_organisation(
        actor_id=None, key="state", name="State", kind="state",
        zone="America/Denver",
    )  # fmt: skip
    adopted = clock.now().date() - timedelta(days=30)
    certification.adopt(organisation_id=state, program_key="mrss-orientation", starts_on=adopted)


def _account(address: str) -> User:
    user = User.objects.create_user(address, PASSWORD)
    person_id = create_person(actor_id=None, given_name="Alma", family_name="Reyes", email=address)
    Person.objects.filter(pk=person_id).update(user=user)
    return user


def _stage(learner: User, holder: User) -> Stage:
    outline = courses.outline(course_key="mrss-101")
    assert outline is not None  # noqa: S101 - just loaded
    module = next(each for each in outline.modules if each.quiz_key)
    lesson = outline.modules[0].lessons[0]
    stage = Stage(
        learner=learner,
        holder=holder,
        code="",
        course="/learn/mrss-101/",
        lesson=f"/learn/mrss-101/{outline.modules[0].slug}/{lesson.slug}/",
        quiz=f"/learn/mrss-101/{module.slug}/quiz/",
        bare_page="privacy",
        address=ADDRESS,
        password=PASSWORD,
        numbers=count(1),
    )
    person_id = Person.objects.get(user=holder).pk
    stage.finish_course(person_id)
    stage.complete(person_id)
    issued = apps.get_model("certification", "Credential").objects.get(person_id=person_id)
    stage.code = issued.code
    return stage
