"""Errors that end a command: one sentence for the user, and the exit status that goes with it."""


class EvenkeelError(Exception):
    """Something went wrong that the user can mend: a refused batch, a failed test, a full disk."""

    exit_status = 1


class UsageError(EvenkeelError):
    """The command line, the configuration or the project itself is wrong."""

    exit_status = 2


class LockedError(EvenkeelError):
    """Another run holds the home."""

    exit_status = 3
