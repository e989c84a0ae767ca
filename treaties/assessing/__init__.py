"""From a compiled treaty to an assessment: solve, check, and find what breaks first."""
