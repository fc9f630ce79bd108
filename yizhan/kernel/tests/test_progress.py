"""The bar of long commands: it goes to where the work is, and says nothing but its label on a pipe."""

import io

import pytest

from yizhan.kernel.api import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_bar_stands_where_the_work_is(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    with progress.bar("reading") as show:
        for done in (1, 2, 7, 9, 9):
            show(done, 9)
    said = terminal.getvalue()
    assert [share for share in ("11%", "22%", "77%", "100%") if share not in said] == []
    assert "reading" in said


def test_a_pipe_reads_the_label_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = io.StringIO()
    monkeypatch.setattr("sys.stderr", pipe)
    with progress.bar("reading") as show:
        show(1, 2)
        show(2, 2)
    assert pipe.getvalue().strip() == "reading"
