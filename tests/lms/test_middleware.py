"""What every answer carries."""

import pytest


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/accounts/login/", "/styleguide/", "/nothing-here/"])
def test_every_page_has_the_strict_policy(client, path):
    policy = client.get(path).headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self';") and "unsafe" not in policy


@pytest.mark.django_db
def test_a_stranger_is_asked_to_sign_in_and_comes_back(client):
    response = client.get("/me/?program=x")
    assert (response.status_code, response["Location"]) == (
        302,
        "/accounts/login/?next=/me/%3Fprogram%3Dx",
    )
