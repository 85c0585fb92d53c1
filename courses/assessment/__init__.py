"""Quizzes: banks, attempts, answers and grading."""
