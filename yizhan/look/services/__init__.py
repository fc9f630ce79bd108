"""Making answers: forms that can be mended, refusals that say what to do."""
