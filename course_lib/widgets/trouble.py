"""What a view says when the student's rule cannot be run."""


def attempt(rule, run):
    """Run a rule, and say in one sentence why it does not run where it does not.

    Parameters
    ----------
    rule : callable
        The update rule that `run` uses.
    run : callable
        ``run()`` gives what the view draws.

    Returns
    -------
    result : object or None
        What `run` gave; None where it failed.
    message : str
        Empty, or the sentence.
    """
    try:
        return run(), ""
    except NotImplementedError as error:
        return None, f"{error}."
    except Exception as error:  # a student's rule may raise anything
        return None, f"{rule.__name__} stopped: {type(error).__name__}: {error}"
