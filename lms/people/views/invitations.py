"""The pages where an agency invites its workers and welcomes those who signed up by themselves."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lms.kit import clock
from lms.people.authority import today
from lms.people.forms.joining import ClaimForm, InviteForm
from lms.people.invitations import invitations_of
from lms.people.models.access import DutyKind
from lms.people.navigation import authority
from lms.people.operations import (
    AccountHasPerson,
    EmploymentOverlaps,
    PersonHasAccount,
    invite,
    link_by_domain,
    may_grant,
    start_employment,
    withdraw_invitation,
)
from lms.people.queries import home_of, not_on_roster, organisations, people, staff_on
from lms.people.records import OrganisationRecord, PersonRecord
from lms.people.views.asking import AuthenticatedRequest, organisation_for, trail

PAST_SHOWN = 50


@require_http_methods(["GET", "POST"])
def invitations(request: AuthenticatedRequest, slug: str) -> HttpResponse:
    """Show whom an agency has invited, who signed up by themselves, and let it invite."""
    place = organisation_for(request, slug)
    form = _invite_form(request, place)
    if form.is_bound and form.is_valid():
        try:
            invite(
                actor_id=request.user.pk,
                organisation_id=place.id,
                email=form.cleaned_data["email"],
                person_id=form.person_id,
                role=form.cleaned_data["role"] if form.person_id is None else "",
                duty=form.cleaned_data["duty"],
            )
        except PersonHasAccount:
            form.add_error("person", _("This person signs in already."))
        else:
            words = _("The invitation is on its way to %(email)s.")
            messages.success(request, words % {"email": form.cleaned_data["email"]})
            return redirect("invitations", slug)
    now = clock.now()
    sent = invitations_of(path=place.path)
    context = {
        "place": place,
        "trail": trail(place),
        "form": form,
        "open": [row for row in sent if row.usable(now)],
        "past": [row for row in sent if not row.usable(now)][:PAST_SHOWN],
        "claims": not_on_roster(path=home_of(organisation_id=place.id).path, on=today()),
    }
    status = 400 if form.is_bound else 200
    return render(request, "lms/people/invitations.html", context, status=status)


def _invite_form(request: AuthenticatedRequest, place: OrganisationRecord) -> InviteForm:
    held = authority(request)
    duties = [
        (kind.value, kind.label)
        for kind in DutyKind
        if held is not None and may_grant(held=held, kind=kind.value, path=place.path)
    ]
    return InviteForm(
        request.POST if request.method == "POST" else None,
        staff=_without_account(place),
        duties=duties,
        initial={"person": request.GET.get("person", "")},
    )


def _without_account(place: OrganisationRecord) -> list[PersonRecord]:
    staff = staff_on(organisation_path=place.path, on=today())
    found = people(person_ids={spell.person_id for spell in staff})
    return [person for person in found.values() if person.user_id is None]


@require_POST
def withdraw(request: AuthenticatedRequest, slug: str, invitation_id: int) -> HttpResponse:
    """Make an open invitation useless."""
    organisation_for(request, slug)
    if withdraw_invitation(actor_id=request.user.pk, invitation_id=invitation_id):
        messages.success(request, _("The invitation is withdrawn. Its link no longer works."))
    else:
        messages.info(request, _("This invitation was used or withdrawn before."))
    return redirect("invitations", slug)


@require_http_methods(["GET", "POST"])
def claim(request: AuthenticatedRequest, slug: str, uuid: UUID) -> HttpResponse:
    """Put somebody who signed up with the agency's domain on its roster."""
    place = organisation_for(request, slug)
    home = home_of(organisation_id=place.id)
    person = next(
        (found for found in not_on_roster(path=home.path, on=today()) if found.uuid == uuid), None
    )
    if person is None:
        raise Http404
    form = ClaimForm(
        request.POST if request.method == "POST" else None,
        places=organisations(below_path=place.path),
        staff=_without_account(place),
    )
    if form.is_bound and form.is_valid() and _claimed(request, place, person, form):
        messages.success(request, _("%(name)s is on your roster.") % {"name": person.name})
        return redirect("invitations", slug)
    way = trail(place, (_("Invitations"), "invitations"))
    context = {"place": place, "trail": way, "person": person, "form": form}
    status = 400 if form.is_bound else 200
    return render(request, "lms/people/claim.html", context, status=status)


def _claimed(
    request: AuthenticatedRequest, place: OrganisationRecord, person: PersonRecord, form: ClaimForm
) -> bool:
    """Do what the form says; return False with the reason on the form when it cannot be done."""
    try:
        if form.roster_person_id is not None:
            link_by_domain(
                actor_id=request.user.pk,
                organisation_id=place.id,
                person_id=person.id,
                roster_person_id=form.roster_person_id,
            )
        else:
            start_employment(
                actor_id=request.user.pk,
                person_id=person.id,
                organisation_id=form.cleaned_data["site"],
                role=form.cleaned_data["role"],
                starts_on=form.cleaned_data["starts_on"],
            )
    except AccountHasPerson:
        form.add_error("same", _("Both records hold training, so only the state can join them."))
        return False
    except EmploymentOverlaps:
        form.add_error("role", _("They have this role there already on some of these days."))
        return False
    return True
