"""State rules: who writes them, who publishes them, and what the lesson then says."""

from datetime import date

import pytest
from django.apps import apps
from django.contrib.auth.models import Group

from courses.catalog.editors import give_rules_to_editors
from courses.catalog.models import LocalRule
from tests.cast import give_second_factor
from tests.courses.packs import BODY

pytestmark = pytest.mark.django_db
LESSON = "/learn/tiny/only/lesson-1/"
RULES = "/cms/snippets/courses/localrule/"
ASKS = """
```local-rule
id: who-reports
title: Who must report
ask: "The state fills in: who, to whom and how fast."
```
"""


@pytest.fixture
def rule(load):
    load(body=BODY + ASKS)
    return LocalRule.objects.get()


@pytest.fixture
def editor(client, cast):
    """Return the browser of Samir, who holds the duty."""
    client.force_login(cast.user("samir"))
    return client


def moderate(client, django_user_model):
    user = django_user_model.objects.create_user("moderator@example.org")
    user.groups.add(Group.objects.get(name="Moderators"))
    give_second_factor(user)
    client.force_login(user)
    return client


def write(client, rule, **more):
    data = {
        "title": "Who must report",
        "text": "Everybody, **at once**.",
        "source": "Invented statute 1-2-3",
        "source_url": "https://example.org/law",
        "as_of": "2026-09-01",
    }
    return client.post(f"{RULES}edit/{rule.pk}/", data | more)


def test_a_rule_nobody_wrote_says_so_and_states_no_law(rule, client):
    text = client.get(LESSON).content.decode()
    assert "Not filled in yet." in text
    assert "The state fills in: who, to whom and how fast." in text


def test_a_rule_that_is_written_stands_in_the_lesson_with_its_source(rule, client):
    LocalRule.objects.update(
        text="Everybody, **at once**.",
        source="Invented statute 1-2-3",
        source_url="https://example.org/law",
        as_of=date(2026, 9, 1),
    )
    text = client.get(LESSON).content.decode()
    assert "Everybody, <strong>at once</strong>." in text
    assert '<a href="https://example.org/law" rel="noreferrer">Invented statute 1-2-3</a>' in text
    assert '<time datetime="2026-09-01">1 Sep 2026</time>' in text
    assert "Not filled in yet." not in text


def test_markup_in_a_rule_does_nothing(rule, client):
    LocalRule.objects.update(text="Say <script>alert(1)</script> nothing.")
    assert "<script>alert" not in client.get(LESSON).content.decode()


def test_who_holds_the_duty_writes_a_draft_that_learners_do_not_see(rule, editor):
    assert "Who must report" in editor.get(RULES).content.decode()
    assert editor.get(f"{RULES}edit/{rule.pk}/").status_code == 200
    assert write(editor, rule).status_code == 302
    rule.refresh_from_db()
    assert (rule.text, rule.has_unpublished_changes) == ("", True)
    assert rule.get_latest_revision_as_object().text == "Everybody, **at once**."
    assert "Not filled in yet." in editor.get(LESSON).content.decode()


def test_who_holds_the_duty_does_not_publish_add_or_delete(rule, editor):
    write(editor, rule, **{"action-publish": "publish"})
    rule.refresh_from_db()
    assert rule.text == ""
    for address in ("add/", f"delete/{rule.pk}/"):
        editor.post(RULES + address, {"title": "Mine"})
    assert [each.key for each in LocalRule.objects.all()] == ["who-reports"]


def test_a_moderator_publishes_and_the_lesson_shows_it(rule, client, django_user_model):
    moderator = moderate(client, django_user_model)
    assert write(moderator, rule, **{"action-publish": "publish"}).status_code == 302
    assert "Everybody, <strong>at once</strong>." in client.get(LESSON).content.decode()


@pytest.mark.parametrize("key", ["alma", "renata", "dee"])
def test_nobody_else_reaches_the_rules(rule, client, cast, key):
    client.force_login(cast.user(key))
    assert client.get(RULES).status_code == 403


def given():
    return {
        group.name: sorted(
            group.permissions.filter(content_type__model="localrule").values_list(
                "codename", flat=True
            )
        )
        for group in Group.objects.order_by("name")
    }


def test_giving_the_rules_to_the_groups_again_changes_nothing():
    expected = {
        "Editors": ["change_localrule"],
        "Moderators": ["change_localrule", "publish_localrule"],
    }
    assert given() == expected
    give_rules_to_editors(apps=apps)
    assert given() == expected


def test_a_group_that_was_renamed_is_left_alone():
    Group.objects.filter(name="Editors").update(name="Writers")
    before = given()
    give_rules_to_editors(apps=apps)
    assert given() == before
