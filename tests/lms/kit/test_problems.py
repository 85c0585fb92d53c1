import json

import pytest

from lms.kit.problems import problem_response


def test_a_problem_has_its_type_title_and_status():
    response = problem_response(404)
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    assert json.loads(response.content) == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
    }


def test_a_problem_may_say_more():
    response = problem_response(
        422,
        kind="https://academy.example/problems/ambiguous-date",
        title="Ambiguous date",
        detail="Row 7: 03/04/2026",
        instance="/api/v1/imports/7",
        headers={"Retry-After": "5"},
        errors=[{"row": 7}],
    )
    assert response["Retry-After"] == "5"
    assert json.loads(response.content) == {
        "type": "https://academy.example/problems/ambiguous-date",
        "title": "Ambiguous date",
        "status": 422,
        "detail": "Row 7: 03/04/2026",
        "instance": "/api/v1/imports/7",
        "errors": [{"row": 7}],
    }


def test_success_is_no_problem():
    with pytest.raises(ValueError, match="200"):
        problem_response(200)


def test_the_members_of_the_standard_cannot_be_replaced():
    with pytest.raises(ValueError, match="reserved"):
        problem_response(400, type="x")
