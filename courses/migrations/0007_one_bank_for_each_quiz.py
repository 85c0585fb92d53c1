"""Give each quiz a bank and a pool of its own, and each answer its value."""

from django.db import migrations


def fill(apps, schema_editor):
    """Copy what quizzes, questions and answers said into the new columns."""
    banks = apps.get_model("courses", "QuestionBank").objects
    quizzes = apps.get_model("courses", "Quiz").objects
    questions = apps.get_model("courses", "Question").objects
    for quiz in quizzes.order_by("pk"):
        bank = banks.create(key=quiz.key, title=quiz.title, course_key=quiz.course_key)
        questions.filter(quiz_id=quiz.pk).update(bank=bank)
        others = quiz.draw - quiz.critical_draw
        pools = [{"bank": quiz.key, "draw": others}]
        if quiz.critical_draw:
            pools[0]["critical"] = False
            pools.append({"bank": quiz.key, "draw": quiz.critical_draw, "critical": True})
        quizzes.filter(pk=quiz.pk).update(pools=[pool for pool in pools if pool["draw"]])
    responses = apps.get_model("courses", "Response").objects
    for choice in list(responses.order_by().values_list("choice", flat=True).distinct()):
        responses.filter(choice=choice).update(value=choice)
    attempts = apps.get_model("courses", "Attempt").objects
    attempts.filter(submitted_at__isnull=False).update(ended="learner")


class Migration(migrations.Migration):
    """Fill; nothing is lost."""

    dependencies = [("courses", "0006_learning_that_holds")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=False)]
