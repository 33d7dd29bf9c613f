"""The grading policy, as nbgrader configuration: a course folder loads it and may change it."""

from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearSolutions,
    ComputeChecksums,
    LockCells,
    SaveCells,
)

from course_lib.submission import COLLECT

c = get_config()  # noqa: F821

# Handing out

# The reference of other lessons whose due date has passed ships with the next release.
c.Release.ship_due_references = True

# An answer cell keeps its first line, such as `slope = None`, and runs.
c.ClearSolutions.code_stub = {"python": ""}

# Outputs stay in: they come from the reference, and the lesson reads well without a kernel.
c.GenerateAssignment.preprocessors = [
    LockCells,
    ClearSolutions,
    CheckCellMetadata,
    ComputeChecksums,
    SaveCells,
    ClearHiddenTests,
    ClearMarkScheme,
    ComputeChecksums,
    CheckCellMetadata,
]

# Taking in: `nbgrader zip_collect` reads what `course submit` writes.
c.ExtractorPlugin.zip_ext = [".zip"]
c.FileNameCollectorPlugin.named_regexp = COLLECT
c.FileNameCollectorPlugin.valid_ext = [".ipynb", ".py"]
