"""For instructors: answers, reference code and lesson masters."""
