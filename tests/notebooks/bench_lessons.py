"""Time each lesson from top to bottom on the reference: `make bench-lessons`."""

import json
import time

from lessons import NAMES

from course_lib.instructor.authoring import build


def main():
    """Print the table and write build/bench/lessons.json."""
    rows = []
    for name in NAMES:
        notebook = build.student_version(build.read_lesson(name))
        before = time.perf_counter()
        build.run(notebook, name)
        rows.append({"name": name, "seconds": round(time.perf_counter() - before, 2)})
        print(f"{name:20} {rows[-1]['seconds']:6.2f} s")
    print(f"{'all':20} {sum(row['seconds'] for row in rows):6.2f} s")
    file = build.ROOT / "build" / "bench" / "lessons.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(rows, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
