"""The checks of the stored data find what was broken, and nothing else."""

from django.core.files.storage import default_storage

from certification.prior_learning import models
from certification.prior_learning.integrity import integrity
from certification.prior_learning.weighing import Verdict
from courses.public import reverse

from .conftest import ask, decide, take_back


def broken():
    return {each.name: each.problems for each in integrity() if not each.ok}


def test_what_was_granted_and_taken_back_is_sound(sample):
    uuid = ask(sample)
    decide(sample, uuid, {"S-LIVE": Verdict("granted")})
    assert broken() == {}
    take_back(sample, uuid)
    assert broken() == {}


def test_a_fact_taken_back_behind_the_decision_is_found(sample):
    uuid = ask(sample)
    decide(sample, uuid, {"S-LIVE": Verdict("granted")})
    [evidence] = models.PriorLearningFinding.objects.get().evidence
    reverse(evidence_id=evidence, actor_id=None, reason="A test.")
    reference = models.PriorLearningRequest.objects.get().reference
    assert broken() == {
        "prior-learning-credited": (f"{reference}: fact {evidence} does not count",)
    }


def test_a_lost_paper_is_found(sample):
    ask(sample)
    default_storage.delete(models.PriorLearningFile.objects.get().storage_name)
    assert list(broken()) == ["prior-learning-papers"]
