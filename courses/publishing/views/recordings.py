"""Upload recordings with captions and transcript, and look at what was uploaded."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses.catalog.ranges import hand_out
from courses.learning.views.pages import SHOWN_TYPES
from courses.publishing import operations, queries
from courses.publishing.access import editor_of, for_editors
from courses.publishing.captions import BadCaptions
from courses.publishing.forms import RecordingForm
from courses.publishing.views.courses import desk_crumb

MOST_FAULTS = 20


@never_cache
@require_safe
@for_editors
def recordings(request: HttpRequest) -> HttpResponse:
    """Show every recording, newest first."""
    rows = [{"row": row, "names": list(row.files())} for row in queries.recordings()]
    return render(
        request, "courses/publishing/recordings.html", {"rows": rows, "crumbs": [desk_crumb()]}
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_editors
def new_recording(request: HttpRequest) -> HttpResponse:
    """Take a recording with its captions, or say line by line what is wrong with them."""
    posted = request.method == "POST"
    form = RecordingForm(request.POST, request.FILES) if posted else RecordingForm()
    if posted and form.is_valid() and _upload(request, form):
        messages.success(request, _("The recording is there. Lessons can show it now."))
        return redirect("recordings")
    crumbs = [desk_crumb(), {"label": _("Recordings"), "url": reverse("recordings")}]
    context = {"form": form, "crumbs": crumbs}
    return render(
        request, "courses/publishing/new_recording.html", context, status=422 if posted else 200
    )


def _upload(request: HttpRequest, form: RecordingForm) -> bool:
    data = form.cleaned_data
    try:
        operations.upload(
            file=data["file"],
            captions=data["captions"],
            given=operations.NewRecording(
                title=data["title"],
                seconds=data["minutes"] * 60 + data["seconds"],
                language=data["language"],
                transcript=data["transcript"],
            ),
            actor_id=editor_of(request),
        )
    except operations.NotARecording as error:
        form.add_error("file", _refused(str(error)))
    except operations.BadWords as error:
        if str(error) == "transcript":
            form.add_error("transcript", _("The transcript is too long."))
        else:
            form.add_error("captions", _("Captions are text in UTF-8 of at most 2 MB."))
    except BadCaptions as error:
        for line, what in error.faults[:MOST_FAULTS]:
            told = {"line": line, "what": what}
            form.add_error("captions", _("Line %(line)s: %(what)s") % told)
        if len(error.faults) > MOST_FAULTS:
            more = {"count": len(error.faults) - MOST_FAULTS}
            form.add_error("captions", _("… and %(count)s more.") % more)
    else:
        return True
    return False


def _refused(why: str) -> str:
    if why == "suffix":
        return _("Browsers play MP4, WebM, MP3 and M4A.")
    if why == "size":
        return _("The file is empty, or larger than 500 MB.")
    return _("The file is not what its name says.")


@never_cache
@require_safe
@for_editors
def recording_file(request: HttpRequest, recording: UUID, suffix: str) -> HttpResponseBase:
    """Hand out a recording or its captions to an editor."""
    row = next(iter(queries.recordings(wanted=[str(recording)])), None)
    name = f"recordings/{recording}.{suffix}"
    stored = row.files().get(name) if row else None
    if stored is None:
        raise Http404
    return hand_out(
        request, stored, filename=name.rpartition("/")[2], content_type=SHOWN_TYPES[f".{suffix}"]
    )
