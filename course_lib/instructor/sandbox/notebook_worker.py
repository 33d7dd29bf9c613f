"""Runs code cells in IPython, in the sandbox; the other end is notebook_run.py.

Cells come in as JSON on the standard input; a line of JSON goes out for each cell that has run.
"""

import json
import os
import sys


def main():
    """Run the cells."""
    folder = sys.argv[1]
    cells = json.load(sys.stdin)
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nothing, standard)
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    os.environ["NBGRADER_EXECUTION"] = "autograde"
    os.chdir(folder)
    sys.path.insert(0, folder)

    from IPython.core.displayhook import DisplayHook
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output
    from IPython.utils.text import SList
    from traitlets.config import Config

    class Values(DisplayHook):
        def write_output_prompt(self):
            pass

    class Shell(InteractiveShell):
        displayhook_class = Values

        def _showtraceback(self, etype, evalue, stb):
            pass

        def enable_gui(self, gui=None):
            pass

        def system(self, command):
            print("No other program runs here.")

        def getoutput(self, command, split=True, depth=0):
            return SList() if split else ""

    config = Config()
    config.HistoryManager.enabled = False
    shell = Shell.instance(config=config, ipython_dir="/tmp/ipython")
    shell.run_cell("%matplotlib inline", silent=True)
    for cell in cells:
        with capture_output() as captured:
            result = shell.run_cell(cell["source"], store_history=False)
        outputs = [{"text": captured.stdout + captured.stderr}]
        outputs += [describe(shown["data"]) for shown in captured._outputs]
        if error := result.error_before_exec or result.error_in_exec:
            outputs.append({"text": f"{type(error).__name__}: {error}\n"})
        answers = {name: plain(shell.user_ns.get(name)) for name in cell["names"]}
        reply = {"id": cell["id"], "outputs": outputs, "answers": answers}
        replies.write(json.dumps(reply) + "\n")
        replies.flush()
    replies.flush()
    os._exit(0)


def describe(data):
    """Keep the picture of what is displayed, and the text beside it; else the text."""
    text = data.get("text/plain", "")
    if "image/png" not in data:
        return {"text": f"{text}\n"}
    image = data["image/png"]
    if isinstance(image, bytes):
        import base64

        image = base64.b64encode(image).decode()
    return {"image": image, "alt": text}


def plain(value):
    """Turn a value into JSON's kinds where it can be; None where not."""
    try:
        value = value.tolist() if hasattr(value, "tolist") else value
        return json.loads(json.dumps(value))
    except (TypeError, ValueError, RecursionError):
        return None


if __name__ == "__main__":
    main()
