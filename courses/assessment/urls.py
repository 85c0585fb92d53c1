"""URLs of the question banks."""

from django.urls import URLPattern, URLResolver, path

from courses.assessment.views import bank_files, banks, questions

urlpatterns: list[URLPattern | URLResolver] = [
    path("train/banks/", banks.banks, name="banks"),
    path("train/banks/new/", banks.new, name="bank_new"),
    path("train/banks/template.xlsx", bank_files.template, name="bank_template"),
    path("train/banks/<slug:bank>/", banks.bank, name="bank"),
    path("train/banks/<slug:bank>/new/", questions.new, name="question_new"),
    path("train/banks/<slug:bank>/import/", bank_files.take_in, name="bank_import"),
    path("train/banks/<slug:bank>/export/", bank_files.give_out, name="bank_export"),
    path("train/banks/<slug:bank>/<slug:question>/", questions.question, name="question"),
    path("train/banks/<slug:bank>/<slug:question>/edit/", questions.edit, name="question_edit"),
    path(
        "train/banks/<slug:bank>/<slug:question>/retire/", questions.retire, name="question_retire"
    ),
]
