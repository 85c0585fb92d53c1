"""What trainers and coaches hold in hand: guides, rubrics on paper, the syllabus."""
