"""From saving a file to seeing the card, in a real kernel: what a student waits for."""

import json
import os
import statistics
import time
from pathlib import Path

import pytest
from figures import FOLDER
from jupyter_client.manager import KernelManager
from students import source

FIGURES = Path(__file__).parents[2] / "build" / "checks" / "latency.json"
WRONG = source(
    "adam_update",
    "m = beta1 * m + (1 - beta1) * grad\nv = beta2 * v + (1 - beta2) * grad**2\n"
    "return w - lr * m / (np.sqrt(v) + eps), m, v",
)
RIGHT = WRONG.replace(
    "lr * m / (np.sqrt(v)", "lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t))"
)


@pytest.fixture
def client(tmp_path):
    (tmp_path / "course_lib" / "updates").mkdir(parents=True)
    kernel = KernelManager()
    kernel.start_kernel(cwd=str(tmp_path))
    client = kernel.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    yield client
    client.stop_channels()
    kernel.shutdown_kernel(now=True)


def seconds_until_shown(client, code):
    """Run a cell and return the seconds until its card is there, and the card's text."""
    started = time.monotonic()
    client.execute(code)
    while True:
        message = client.get_iopub_msg(timeout=30)
        if message["msg_type"] == "display_data":
            return time.monotonic() - started, message["content"]["data"]["text/plain"]


def test_the_card_follows_each_save_and_how_soon_is_written_down(client, tmp_path):
    """The first with imports and the start of a child; then those of a student at work."""
    file = tmp_path / "course_lib" / "updates" / "adam.py"
    file.write_text(WRONG)
    first, card = seconds_until_shown(
        client, "from course_lib.checks import check\ncheck('adam_update')"
    )
    assert "What makes up for that in the first steps?" in card
    warm = []
    for number in range(12):
        time.sleep(0.5)  # a student edits for longer than that
        file.write_text(RIGHT if number % 2 else WRONG)
        seconds, card = seconds_until_shown(client, "check('adam_update')")
        assert card.startswith("✓" if number % 2 else "✗")
        warm.append(seconds)
    figures = {"first": first, "warm, median": statistics.median(warm), "warm, worst": max(warm)}
    FIGURES.parent.mkdir(parents=True, exist_ok=True)
    for path in [FIGURES, *([FOLDER / FIGURES.name] if os.environ.get("STORE_FIGURES") else [])]:
        path.write_text(json.dumps({k: round(x, 3) for k, x in figures.items()}, indent=1) + "\n")
