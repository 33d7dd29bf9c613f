"""The grading policy, as nbgrader configuration: a course folder loads it and may change it."""

from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearSolutions,
    ComputeChecksums,
    GetGrades,
    LimitOutput,
    LockCells,
    SaveAutoGrades,
    SaveCells,
)

from course_lib import LESSONS
from course_lib.instructor.grading.pages import FILTERS
from course_lib.submission import COLLECT

c = get_config()  # noqa: F821

# Handing out

# The reference of other lessons whose due date has passed ships with the next release.
c.Release.ship_due_references = True

# An answer cell keeps its first line, such as `slope = None`, and runs as it is.
c.ClearSolutions.code_stub = {"python": "# Write your answer in place of None."}

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
c.ZipCollectApp.extractor_plugin = "course_lib.instructor.handout.unzip.Unzip"
c.ExtractorPlugin.zip_ext = [".zip"]
c.FileNameCollectorPlugin.named_regexp = COLLECT
c.FileNameCollectorPlugin.valid_ext = [".ipynb", ".py", ".txt"]

# nbgrader's exchange: no link is followed, and what goes back is what feedback wrote.
c.ExchangeFactory.collect = "course_lib.instructor.handout.exchange.Collect"
c.ExchangeFactory.list = "course_lib.instructor.handout.exchange.List"
c.ExchangeFactory.release_feedback = "course_lib.instructor.handout.exchange.ReleaseFeedback"

# Grading: a student's modules are graded as they were handed in, all other files are ours. The
# notebook is rebuilt from the gradebook's record, its test cells run in a process that no student
# code enters; whatever else runs, runs in a sandbox.
MODULES = [f"course_lib/updates/{name}.py" for names in LESSONS.values() for name in names]
c.Autograde.exclude_overwriting = dict.fromkeys(LESSONS, MODULES)
c.Autograde.pre_convert_hook = "course_lib.instructor.grading.autograde.before_submission"
c.Autograde.sanitize_preprocessors = [
    "course_lib.instructor.grading.autograde.PutInOrder",
    CheckCellMetadata,
]
c.Autograde.autograde_preprocessors = [
    "course_lib.instructor.grading.autograde.RunTests",
    LimitOutput,
    SaveAutoGrades,
    AssignLatePenalties,
    "course_lib.instructor.grading.autograde.RaiseFlag",
    CheckCellMetadata,
]

# Giving back: no hidden test, nothing that a student wrote runs, loads or covers anything in a
# reader's browser, and no file of theirs is handed back. The formgrader bounds its pages too.
PAGES = "course_lib.instructor.grading.pages"
c.GenerateFeedback.exporter_class = f"{PAGES}.Page"
c.GenerateFeedback.preprocessors = [
    GetGrades,
    f"{PAGES}.WithoutHiddenTests",
    f"{PAGES}.Bounded",
    CSSHTMLHeaderPreprocessor,
]
c.GenerateFeedback.post_convert_hook = "course_lib.instructor.grading.feedback.tidy"
c.HTMLExporter.preprocessors = [f"{PAGES}.Bounded"]
c.HTMLExporter.sanitize_html = True
# nbconvert's own cleaning spares too few tags; nbgrader's pages pass Markdown through none.
c.HTMLExporter.filters = FILTERS

# Marks: nbgrader's own columns, in which no name is a formula.
c.ExportApp.plugin_class = "course_lib.instructor.grading.marks.CsvExport"
