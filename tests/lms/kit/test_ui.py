"""Template tags draw parts that carry words, names and roles."""

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.html import strip_tags

from lms.kit.charts import Row, Series, stacked_bars
from lms.kit.statuses import LOOKS
from lms.kit.widgets import DayInput


def draw(source, path="/", **context):
    """Render a template as a page would, with a request."""
    request = RequestFactory().get(path)
    return Template(source).render(Context({"request": request, **context}))


def words(html):
    return " ".join(strip_tags(html).split())


@pytest.mark.parametrize("code", sorted(LOOKS))
def test_every_status_has_words_and_an_icon(code):
    html = draw("{% chip code %}", code=code)
    assert words(html) == str(LOOKS[code].words) != ""
    assert f"sprite.svg#{LOOKS[code].icon}" in html


def test_every_icon_of_a_status_is_in_the_sprite():
    from django.contrib.staticfiles import finders

    with open(finders.find("img/sprite.svg"), encoding="utf-8") as sprite:
        text = sprite.read()
    assert [look.icon for look in LOOKS.values() if f'id="{look.icon}"' not in text] == []


def test_a_chip_can_say_something_else_and_an_unknown_code_shows_itself():
    assert words(draw('{% chip "valid" "Valid, no end date" %}')) == "Valid, no end date"
    assert words(draw('{% chip "on_leave" %}')) == "On leave"


def test_words_from_outside_are_escaped():
    html = draw('{% chip "ok" name %}{% assume name %}', name="<script>x</script>")
    assert "<script>" not in html


def test_an_icon_is_silent_unless_it_is_named():
    assert 'aria-hidden="true"' in draw('{% icon "check" %}')
    assert 'role="img" aria-label="Done"' in draw('{% icon "check" "Done" %}')


def test_dates_are_machine_readable_too():
    html = draw("{% day on %} {% instant at %}", on=date(2026, 3, 3),
                at=datetime(2026, 3, 3, 21, 3, tzinfo=UTC))  # fmt: skip
    assert '<time datetime="2026-03-03">3 Mar 2026</time>' in html
    assert '<time datetime="2026-03-03T21:03+00:00">3 Mar 2026, 14:03\u00a0MST</time>' in html


def test_only_what_is_verified_goes_without_a_mark():
    html = '{% basis "V" %}|{% basis "I" %}|{% basis "G" %}|{% basis "A" %}'
    verified, interpreted, unverified, assumed = draw(html).split("|")
    assert verified == ""
    assert words(interpreted).startswith("interpretation")
    assert words(unverified).startswith("unverified")
    assert words(assumed).startswith("assumption")


def test_a_component_sees_nothing_of_the_page_but_its_parameters():
    assert "secret" not in draw('{% ui "alert" text="x" %}', title="secret")


def test_the_body_of_a_box_is_kept_as_markup():
    assert "<b>two</b>" in draw('{% uibox "panel" title="One" %}<b>two</b>{% enduibox %}')


@pytest.mark.parametrize(
    ("path", "href", "state"),
    [
        ("/?q=a", "?q=a&amp;sort=name", ""),
        ("/?sort=name", "?sort=-name", "ascending"),
        ("/?sort=-name&page=3", "?sort=name", "descending"),
    ],
)
def test_a_column_head_turns_the_order_and_goes_back_to_the_first_page(path, href, state):
    html = draw('{% sort_header "Person" "name" %}', path)
    assert f'href="{href}"' in html
    assert (f'aria-sort="{state}"' in html) is bool(state)


def test_pages_keep_the_filter_and_name_the_present_one():
    page = Paginator(range(95), 10).page(3)
    html = draw('{% ui "pagination" page=page label="Pages" %}', "/?site=north", page=page)
    assert 'href="?site=north&amp;page=4"' in html
    assert html.count('aria-current="page"') == 1


def test_one_page_needs_no_pagination():
    page = Paginator(range(5), 10).page(1)
    assert draw('{% ui "pagination" page=page label="Pages" %}', page=page).strip() == ""


def test_keyset_pages_show_only_the_ways_there_are():
    html = draw('{% ui "pagination" next_url="?after=40" label="Pages" %}')
    assert words(html) == "Next"


@pytest.mark.parametrize(
    ("have", "need", "width"),
    [(27.5, 40, "68.75%"), (0, 1, "0.00%"), (9, 8, "100.00%"), (0, 0, "100.00%")],
)
def test_a_bar_is_never_under_empty_or_over_full(have, need, width):
    assert draw("{% bar_width have need %}", have=have, need=need) == width


class Sample(forms.Form):
    name = forms.CharField(help_text="As printed.")
    note = forms.CharField(required=False, widget=forms.Textarea)
    hired = forms.DateField(widget=DayInput)
    mode = forms.ChoiceField(choices=[("live", "Live"), ("online", "Online")],
                             widget=forms.RadioSelect)  # fmt: skip
    agree = forms.BooleanField()


@pytest.mark.parametrize("source", ["{{ form }}", '{% ui "form" form=form button="Save" %}'])
def test_every_field_has_a_label_a_hint_and_our_classes(source):
    html = draw(source, form=Sample())
    for name in ("name", "note", "hired", "agree"):
        assert f'<label class="usa-{"checkbox__" if name == "agree" else ""}label"' in html
        assert f'for="id_{name}"' in html
    assert 'aria-describedby="id_name_helptext"' in html
    assert 'id="id_name_helptext">As printed.' in html
    assert '<legend class="usa-legend">Mode' in html
    assert html.count("usa-radio__input--tile") == 2
    assert 'type="date"' in html


def test_a_refused_form_says_what_to_mend_and_links_to_it():
    form = Sample({"name": ""})
    html = draw('{% ui "form" form=form button="Save" %}', form=form)
    assert "4 things to mend" in words(html)
    assert '<a href="#id_name">Name</a>: This field is required.' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html


def test_optional_fields_say_so_except_in_toolbars():
    note = Sample()["note"]
    assert "(optional)" in draw('{% ui "field" field=note %}', note=note)
    assert "(optional)" not in draw('{% ui "field" field=note plain=True %}', note=note)


def test_stacked_bars_fill_the_row_and_an_empty_row_stays_empty():
    series = [Series("Done", "done"), Series("Lapsed", "lapsed")]
    chart = stacked_bars("c", series, [Row("A", [3, 1]), Row("B", [0, 0])])
    assert [(s.x, s.width) for s in chart.bars[0].segments] == [
        ("0.00%", "75.00%"),
        ("75.00%", "25.00%"),
    ]
    assert [s.width for s in chart.bars[1].segments] == ["0.00%", "0.00%"]


def test_bars_may_share_one_scale():
    chart = stacked_bars("c", [Series("Due", "due-1")], [Row("A", [4]), Row("B", [1])], share=False)
    assert [bar.segments[0].width for bar in chart.bars] == ["100.00%", "25.00%"]


def test_a_chart_has_words_and_a_table_twin():
    chart = stacked_bars("c", [Series("Done", "done")], [Row("North", [3])])
    html = draw('{% ui "hbar_chart" chart=chart label="Staff" summary="All done." %}', chart=chart)
    assert 'aria-label="North: 3 Done"' in html
    assert "All done." in html
    assert words(html).endswith("The same as a table Group Done All North 3 3")
