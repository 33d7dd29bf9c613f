"""Release, grading and feedback: for instructors."""
