"""`yizhan up`: what ends by itself is started again; what keeps ending stops the whole."""

import itertools

import pytest

from yizhan.config import supervisor as module
from yizhan.config.supervisor import MAX_RESTARTS, Supervisor


class Ended:
    returncode = 1

    def poll(self):
        return 1


class Running(Ended):
    def poll(self):
        return None


@pytest.fixture
def quiet(monkeypatch):
    """A supervisor that starts nothing real and whose clock stands still."""
    said = []
    monkeypatch.setattr(module, "say", said.append)
    monkeypatch.setattr(module.time, "sleep", lambda _s: None)
    supervisor = Supervisor(None)
    supervisor.server = None
    supervisor.said = said
    return supervisor


def test_a_process_that_ends_is_started_again(quiet):
    started = []

    def spawn(*arguments):
        started.append(arguments)
        quiet.processes[arguments[0]] = Running()
        quiet.ask_to_stop()

    quiet._spawn = spawn
    quiet.processes, quiet.commands = {"web": Ended()}, {"web": ("web", "--port", "8000")}
    assert quiet._watch() == 0
    assert started == [("web", "--port", "8000")]


def test_one_that_keeps_ending_stops_everything(quiet):
    starts = itertools.count()

    def spawn(*arguments):
        next(starts)
        quiet.processes[arguments[0]] = Ended()

    quiet._spawn = spawn
    quiet.processes, quiet.commands = {"worker": Ended()}, {"worker": ("worker",)}
    assert quiet._watch() == 1
    assert next(starts) == MAX_RESTARTS - 1
    assert "反复意外结束" in quiet.said[-1]


def test_a_taken_port_is_said(quiet):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit, match="taken"):
            module._free_port(port, fixed=True)
        assert module._free_port(port, fixed=False) != port
