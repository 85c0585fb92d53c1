"""Pages on which licences, degrees and checks that others gave are shown, added and looked up."""
