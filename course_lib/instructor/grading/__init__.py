"""From a submission to a mark, feedback and a report."""
