"""Stores the reference's curves for the views."""

from course_lib.widgets import presets
from course_lib.widgets.gallery import GALLERY, rules
from course_lib.widgets.landscape import EVERY as LANDSCAPE_EVERY
from course_lib.widgets.schedules import EVERY as SCHEDULES_EVERY
from course_lib.widgets.schedules import NOTES
from course_lib.widgets.sparse import EVERY as SPARSE_EVERY

# A view of the gallery, its array, and the steps from one stored value to the next.
STORED = {
    "sparse": ("sparse_features", "w", SPARSE_EVERY),
    "two-landscapes": ("landscape-ravine", "w adagrad_update", LANDSCAPE_EVERY),
}


def build_presets(folder=presets.FOLDER):
    """Run the reference in each view with a preset and write its curves into `folder`."""
    reference, settings = rules("solutions.updates"), {"lr": 0.5, "eps": 1e-8}
    for name, (view, array, every) in STORED.items():
        curve = GALLERY[name](reference).arrays[array][::every]
        presets.save(folder, view, "adagrad_update", {"w": curve}, **settings)
    for array, rates in GALLERY["schedules"](reference).arrays.items():
        rule = array.removeprefix("rate ")
        if rule != array and rule != NOTES:
            presets.save(folder, "schedules", rule, {"rate": rates[::SCHEDULES_EVERY]})
