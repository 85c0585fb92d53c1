"""What happened: courses, learning, quizzes, coaching and the ledger of evidence."""
