"""The pages of who teaches: papers for the class, cohorts, quizzes and mended questions."""
