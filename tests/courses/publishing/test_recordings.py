"""Recordings: captions checked line by line, stored by contents, shown in lessons, seekable."""

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from courses.catalog.candidates import candidate
from courses.catalog.models import CourseMedia
from courses.catalog.ranges import Unsatisfiable, asked_part
from courses.publishing import operations
from courses.publishing.captions import (
    BadCaptions,
    Cue,
    read_captions,
    to_webvtt,
    transcript_of,
)
from lms.audit.models import AuditEntry
from lms.public import Denied

VTT = """\
WEBVTT - A talk

NOTE nobody says this

1
00:01.000 --> 00:03.500 line:80%
Hello <b>there</b>.

00:00:03.500 --> 00:00:05.000
How are you?

00:00:09.000 --> 00:00:10.000
- Fine.
- Good.
"""
SRT = """\
1
00:00:01,000 --> 00:00:03,500
<font color="red">Hello</font> there.

2
00:00:03,500 --> 00:00:05,000
How are you?
"""
MP4 = b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 20


# --- captions -------------------------------------------------------------------------------
def test_webvtt_is_read_with_notes_names_and_settings():
    cues = read_captions(VTT, seconds=10)
    assert [(cue.start, cue.end) for cue in cues] == [(1000, 3500), (3500, 5000), (9000, 10000)]
    assert cues[0].words == "Hello <b>there</b>."
    assert cues[2].words == "- Fine.\n- Good."


def test_srt_becomes_webvtt_without_fonts_and_colours():
    text = to_webvtt(read_captions(SRT, seconds=5))
    assert text.startswith("WEBVTT\n\n00:00:01.000 --> 00:00:03.500\nHello there.\n")
    assert read_captions(text) and "font" not in text


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_any_line_ending_and_a_byte_order_mark_are_read(ends):
    assert len(read_captions("\ufeff" + VTT.replace("\n", ends))) == 3


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("", 1, "no caption"),
        ("WEBVTT\n", 1, "no caption"),
        ("WEBVTTX\n\n00:01.000 --> 00:02.000\nA", 1, "WEBVTT"),
        ("WEBVTT\n\n00:01.000 -> 00:02.000\nA", 3, "without its times"),
        ("WEBVTT\n\n00:01 --> 00:02\nA", 3, "times are written"),
        ("WEBVTT\n\n00:61.000 --> 01:02.000\nA", 3, "times are written"),
        ("WEBVTT\n\n00:01,000 --> 00:02,000\nA", 3, "point"),
        ("WEBVTT\n\n00:02.000 --> 00:01.000\nA", 3, "ends before"),
        ("WEBVTT\n\n00:02.000 --> 00:02.000\nA", 3, "ends before"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n", 3, "without words"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n<b></b>", 3, "without words"),
        ("WEBVTT\n\n00:05.000 --> 00:06.000\nA\n\n00:01.000 --> 00:02.000\nB", 6, "above it"),
        ("WEBVTT\n\n00:05.000 --> 00:21.001\nA", 3, "after the recording of 20 seconds"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\nA\n00:03.000 --> 00:04.000\nB", 3, "empty line"),
        ("x\n00:00:01,000 --> 00:00:02,000\nA", 1, "SRT numbers"),
    ],
)
def test_each_fault_is_told_with_its_line(text, line, what):
    with pytest.raises(BadCaptions) as refused:
        read_captions(text, seconds=20)
    assert any(at == line and what in words for at, words in refused.value.faults)


def test_every_fault_is_told_and_not_only_the_first():
    text = "WEBVTT\n\n00:05.000 --> 00:04.000\nA\n\n00:01.000 --> 00:02.000\n\nB\n"
    with pytest.raises(BadCaptions) as refused:
        read_captions(text)
    assert [line for line, _what in refused.value.faults] == [3, 6, 6, 8]


def test_captions_become_paragraphs_where_somebody_falls_silent():
    assert transcript_of(read_captions(VTT)) == "Hello there. How are you?\n\n- Fine. - Good."


@given(
    st.lists(
        st.tuples(st.integers(0, 10**7), st.integers(1, 10**5), st.text("abc d", min_size=1)),
        min_size=1,
    )
)
def test_what_is_written_is_read_again(rows):
    cues = [
        Cue(0, start, start + length, words.strip())
        for start, length, words in sorted(rows)
        if words.strip()
    ]
    if cues:
        again = read_captions(to_webvtt(cues))
        assert [(c.start, c.end, c.words) for c in again] == [
            (c.start, c.end, c.words) for c in cues
        ]


@given(st.text(max_size=300))
def test_no_text_at_all_breaks_the_reader(text):
    for start in ("", "WEBVTT\n\n", "WEBVTT\n\n00:01.000 --> "):
        try:
            assert read_captions(start + text)
        except BadCaptions as refused:
            assert refused.faults


# --- ranges ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("", None),
        ("bytes=0-", (0, 100)),
        ("bytes=10-19", (10, 10)),
        ("bytes=90-500", (90, 10)),
        ("bytes=-5", (95, 5)),
        ("bytes=-500", (0, 100)),
        ("bytes=99-99", (99, 1)),
        ("bytes=5-2", None),
        ("bytes=0-1,5-6", None),
        ("bytes=-", None),
        ("lines=0-1", None),
    ],
)
def test_the_asked_part_of_a_file(header, part):
    assert asked_part(header, 100) == part


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_a_part_behind_the_end_is_none(header):
    with pytest.raises(Unsatisfiable):
        asked_part(header, 100)


# --- uploading ------------------------------------------------------------------------------
@pytest.fixture
def editor(client, samir):
    client.force_login(samir)
    return client


def send(client, *, name="talk.mp4", data=MP4, captions=VTT, vtt="talk.vtt", **more):
    if isinstance(captions, str):
        captions = captions.encode()
    fields = {"title": "A talk", "minutes": 0, "seconds": 10, "language": "en", "transcript": ""}
    files = {
        "file": SimpleUploadedFile(name, data),
        "captions": SimpleUploadedFile(vtt, captions),
    }
    return client.post("/train/recordings/new/", fields | files | more)


def test_a_recording_is_stored_by_its_contents_with_captions_and_an_offered_transcript(
    load, editor, samir
):
    assert send(editor).status_code == 302
    row = CourseMedia.objects.get()
    assert (row.kind, row.seconds, row.size, row.uploaded_by) == ("video", 10, len(MP4), samir)
    assert row.digest in row.stored and default_storage.open(row.stored).read() == MP4
    assert default_storage.open(row.captions).read().startswith(b"WEBVTT\n\n00:00:01.000")
    assert row.transcript == "Hello there. How are you?\n\n- Fine. - Good."
    assert AuditEntry.objects.filter(action="upload_recording").count() == 1
    assert "A talk" in editor.get("/train/recordings/").content.decode()
    send(editor, transcript="In my words.")
    assert CourseMedia.objects.values("stored").distinct().count() == 1
    assert CourseMedia.objects.latest("pk").transcript == "In my words."


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"name": "talk.exe"}, "file"),
        ({"data": b"<html>not a film</html>"}, "file"),
        ({"name": "talk.mp3"}, "file"),
        ({"data": b""}, "file"),
        ({"captions": "WEBVTT\n\n00:05.000 --> 00:01.000\nA"}, "captions"),
        ({"captions": VTT.replace("00:00:10.000", "00:00:12.000")}, "captions"),
        ({"captions": b"WEBVTT\n\n00:01.000 --> 00:02.000\n\xff\xfe"}, "captions"),
        ({"seconds": 0}, "seconds"),
        ({"language": "English"}, "language"),
    ],
)
def test_what_cannot_be_played_or_read_is_refused_and_nothing_is_kept(load, editor, more, field):
    response = send(editor, **more)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not CourseMedia.objects.exists()


def test_only_editors_upload(load, cast):
    given = operations.NewRecording(title="T", seconds=10, language="en")
    with pytest.raises(Denied):
        operations.upload(
            file=SimpleUploadedFile("a.mp4", MP4),
            captions=SimpleUploadedFile("a.vtt", VTT.encode()),
            given=given,
            actor_id=cast.user("alma").pk,
        )


# --- in a lesson ----------------------------------------------------------------------------
def show(edit, row):
    page = edit()
    block = {"type": "recording", "value": {"recording": str(row.uuid), "minutes": ""}, "id": "r1"}
    return edit(body=[*page.body.raw_data, block])


def test_a_lesson_plays_it_to_who_may_read_and_seeks(load, edit, editor, release, client, cast):
    load(access="login")
    send(editor)
    row = CourseMedia.objects.get()
    show(edit, row)
    url = f"/learn/tiny/files/recordings/{row.uuid}.mp4"
    assert editor.get(url).status_code == 404
    seen = editor.get("/train/courses/tiny/preview/only/lesson-1/").content.decode()
    preview = f"/train/courses/tiny/preview/files/recordings/{row.uuid}.mp4"
    assert preview in seen
    assert b"".join(editor.get(preview)) == MP4
    release()
    client.force_login(cast.user("alma"))
    text = client.get("/learn/tiny/only/lesson-1/").content.decode()
    assert url in text and f"recordings/{row.uuid}.vtt" in text and "How are you?" in text
    whole = client.get(url)
    assert (whole.status_code, whole["Accept-Ranges"]) == (200, "bytes")
    assert b"".join(whole) == MP4
    part = client.get(url, headers={"Range": "bytes=8-11"})
    assert (part.status_code, b"".join(part)) == (206, MP4[8:12])
    assert part["Content-Range"] == f"bytes 8-11/{len(MP4)}"
    assert part["Content-Length"] == "4" and part["Content-Type"] == "video/mp4"
    none = client.get(url, headers={"Range": f"bytes={len(MP4)}-"})
    assert (none.status_code, none["Content-Range"]) == (416, f"bytes */{len(MP4)}")
    other = client.get(url, headers={"Range": "bytes=0-1", "If-Range": '"another file"'})
    assert other.status_code == 200
    same = client.get(url, headers={"Range": "bytes=0-1", "If-Range": whole["ETag"]})
    assert same.status_code == 206
    client.logout()
    assert client.get(url).status_code == 302
    assert client.get(preview).status_code == 302


@pytest.mark.parametrize(
    ("field", "what"), [("captions", "no captions"), ("transcript", "no transcript")]
)
def test_a_recording_without_words_keeps_the_version_back(load, edit, editor, release, field, what):
    load()
    send(editor)
    CourseMedia.objects.update(**{field: ""})
    show(edit, CourseMedia.objects.get())
    with pytest.raises(operations.NotReady, match=what):
        release()


def test_no_recording_is_named_that_no_lesson_shows(load, edit, editor):
    load()
    send(editor)
    edit(title="Other")
    assert not [name for name in candidate(slug="tiny").outline["files"] if "recordings/" in name]
