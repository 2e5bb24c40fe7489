"""The errors a user can cause, each one sentence with the place, the value and the remedy.

MatchkitError
├─ ConfigError       a setting is wrong: key, value, what is allowed
├─ CatalogueError    an input file is wrong: file, line, column
├─ ModelError        a saved model is missing, damaged, or was trained on other columns
├─ TaskError         a task or its gold is incomplete, damaged, or does not fit: folder, file, what to do
├─ SubmissionError   a file handed in for a task is wrong: every fault with its line
├─ OutputError       the output folder cannot be used: path, why, what to do
└─ ResourceError     the machine has not enough memory: how much is needed, how much there is, what to do
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matchkit.challenge.submissions.refusal import SubmissionFault


def disk_full(error: BaseException) -> bool:
    """Whether an error says that the disk or the user's share of it is full, whichever library raised it."""
    return getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or "No space left" in str(error)


class MatchkitError(Exception):
    """Base of all errors that are the user's to mend; the command line shows the message and exits with 2."""


class ConfigError(MatchkitError):
    """A setting is wrong."""


class CatalogueError(MatchkitError):
    """An input file is wrong."""


class ModelError(MatchkitError):
    """A trained model cannot be used."""


class TaskError(MatchkitError):
    """A task of a challenge, or its gold, cannot be used."""


class SubmissionError(MatchkitError):
    """A file that was handed in for a task is wrong.

    Attributes
    ----------
    faults
        Every kind of fault with its count and its first places.
    """

    def __init__(self, message: str, faults: tuple[SubmissionFault, ...] = ()) -> None:
        super().__init__(message)
        self.faults = faults


class OutputError(MatchkitError):
    """The output folder cannot be used."""


class ResourceError(MatchkitError):
    """The machine has not enough memory for what is to be done."""
