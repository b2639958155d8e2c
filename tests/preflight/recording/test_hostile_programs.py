"""Programs that do what a preview must not: one clear message, never a pass, never a hang, nothing left behind."""

import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from im_stack.preflight.recording.record import Recorder
from im_stack.preflight.stack_files.stack_file import read_stack
from im_stack.terms.problem import InputError, Problem
from tests.harness.project import write_project
from tests.harness.recorded import check_project

LIMIT = timedelta(seconds=60)

REFUSED = [
    # name, program, words of the message, the line it blames
    ("connects", "import socket\nsocket.create_connection(('192.0.2.1', 80), 1)", "connection to 192.0.2.1", 2),
    ("looks a name up", "import socket\nsocket.getaddrinfo('example.org', 80)", "looks up the name example.org", 2),
    ("fetches", "import urllib.request\nurllib.request.urlopen('http://example.org/')", "name example.org", 2),
    ("sends a datagram", "import socket\ns = socket.socket(type=2)\ns.sendto(b'x', ('192.0.2.1', 9))", "192.0.2.1", 3),
    ("talks to a local daemon", "import socket\nsocket.socket(1).connect('/run/docker.sock')", "/run/docker.sock", 2),
    ("opens a channel", "import grpc\ngrpc.insecure_channel('192.0.2.1:443')", "connection to 192.0.2.1:443", 2),
    ("opens a channel by name", "import grpc\ngrpc.insecure_channel('dns:///a.example:1')", "a.example", 2),
    ("swallows it", "import socket\ntry:\n  socket.gethostbyname('a.example')\nexcept Exception: pass", "a.example", 3),
    ("forks", "import os\nif os.fork() == 0: os._exit(0)", "starts a process", 2),
    ("runs a command", "import subprocess\nsubprocess.run(['git', 'status'])", "starts a process (git)", 2),
    ("runs a shell", "import os\nos.system('true')", "starts a process (true)", 2),
    ("becomes another", "import os\nos.execv('/bin/true', ['true'])", "starts a process (true)", 2),
    (
        "forks workers",
        "import multiprocessing as m\nm.get_context('fork').Process(target=print).start()",
        "starts a process",
        2,
    ),
    (
        "spawns workers",
        "import multiprocessing as m\nm.get_context('spawn').Process(target=print).start()",
        "starts a process",
        2,
    ),
    ("kills who watches it", "import os\nos.kill(os.getppid(), 9)", "signal to another process", 2),
    ("deletes its neighbour", "import os\nos.remove('Pulumi.yaml')", "changes or deletes Pulumi.yaml", 2),
    ("deletes its folder", "import shutil\nshutil.rmtree('.', ignore_errors=True)", "which was there before", 2),
    ("writes into a file", "open('Pulumi.yaml', 'a').write('x')", "writes into Pulumi.yaml", 1),
    ("renames", "import os\nos.rename('Pulumi.yaml', 'Pulumi.yml')", "changes or deletes Pulumi.yaml", 2),
    ("replaces", "import os\nopen('new', 'w').close()\nos.replace('new', 'Pulumi.yaml')", "replaces Pulumi.yaml", 3),
]


@pytest.mark.parametrize(("program", "words", "line"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_refused(tmp_path: Path, program: str, words: str, line: int) -> None:
    problem = _problem(tmp_path, program)
    assert words in problem.what
    assert problem.file == f"__main__.py:{line}"
    assert "name: test" in (tmp_path / "Pulumi.yaml").read_text()


BROKEN = [
    ("exits at once", "import os\nos._exit(0)", "died (exit status 0)"),
    ("kills itself", "import os\nos.kill(os.getpid(), 9)", "died (signal SIGKILL)"),
    ("kills its group", "import os\nos.killpg(0, 15)", "died (signal SIGTERM)"),
    ("crashes natively", "import ctypes\nctypes.string_at(0)", "died (signal SIGSEGV)"),
    ("eats memory", "x = b'x' * (3 << 30)", "MemoryError"),
    ("eats memory bit by bit", "x = []\nwhile True: x.append(bytes(1 << 24))", "MemoryError"),
    ("eats shared memory", "import mmap\nmmap.mmap(-1, 9 << 30)", "OSError"),
    ("writes a large file", "f = open('large', 'wb')\nfor _ in range(99): f.write(bytes(1 << 20))", "OSError"),
    ("recurses", "def f(): f()\nf()", "RecursionError"),
    ("hangs", "while True: pass", "did not end within 3 s"),
    ("hangs deaf", "import signal\nsignal.signal(15, signal.SIG_IGN)\nwhile True: signal.pause()", "did not end"),
    ("hangs at its exit", "import atexit, time\natexit.register(time.sleep, 600)", "did not end within 3 s"),
    ("hangs in a thread", "import threading, time\nthreading.Thread(target=time.sleep, args=[600]).start()", "3 s"),
    ("stops itself", "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)", "did not end within 3 s"),
    ("says a lot", "raise ValueError('x' * 10_000_000)", "ValueError: xxx"),
    ("says rubbish", "raise ValueError('\\ud800\\x1b[2J')", "ValueError"),
    ("a number that is none", "c('c', {'a': float('nan')})", ""),
    ("endless", "c('c', {'a': float('inf')})", ""),
    ("no text", "c('c', {'a': '\\ud800'})", ""),
    ("deep", "d = []\nfor _ in range(5000): d = [d]\nc('c', {'a': d})", ""),
]
COMPONENT = """
import pulumi
def c(name, inputs):
    pulumi.ComponentResource("x:y:Z", name, inputs)
"""


@pytest.mark.parametrize(("program", "words"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_broken(tmp_path: Path, program: str, words: str) -> None:
    problem = _problem(
        tmp_path, COMPONENT + program, timedelta(seconds=3) if "did not" in words or words == "3 s" else LIMIT
    )
    assert words in problem.what
    assert len(problem.what) < 3000
    str(problem).encode()


ESCAPES = """
import ctypes, os, time
libc = ctypes.CDLL(None)
def fork_unseen():
    return libc.fork()
"""


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("if fork_unseen() == 0: time.sleep(600)", "leaves a process behind"),
        (
            "if fork_unseen() == 0:\n  os.setsid()\n  if fork_unseen() == 0: time.sleep(600)\n  os._exit(0)",
            "leaves a process behind",
        ),
        ("child = fork_unseen()\nif child == 0: os._exit(0)\nos.waitpid(child, 0)", "starts a process"),
        ("libc.kill(os.getppid(), 9)\ntime.sleep(600)", "took its recorder down"),
        (
            "if fork_unseen() == 0:\n  os.setsid()\n  time.sleep(600)\nlibc.kill(os.getppid(), 19)",
            "took its recorder down",
        ),
    ],
    ids=[
        "a child",
        "a grandchild of its own session",
        "a child that ended",
        "kills the recorder",
        "stops the recorder",
    ],
)
def test_what_no_hook_sees(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, words: str) -> None:
    seconds = 20
    if "recorder" in words:  # a stopped one is waited for as long as it may take
        monkeypatch.setattr("im_stack.preflight.recording.record._GRACE", 3.0)
        seconds = 6
    assert words in _problem(tmp_path, ESCAPES + program, timedelta(seconds=seconds)).what


ANSWERS = [
    ("no JSON", "f.write('rubbish')", "left no recording"),
    ("deep", "f.write('[' * 100_000)", "left no recording"),
    ("a list", "f.write('[]')", "left no recording"),
    ("another shape", 'f.write(\'{"recording": {"registrations": [1], "notices": []}}\')', "into its own recording"),
    ("gigabytes", "f.truncate((64 << 20) + 1)", "left no recording"),
    ("as much as it may", "f.write(' ' * (64 << 20))", "left no recording"),
    ("a folder", "f.close(); os.remove(answer); os.mkdir(answer)", "left no recording"),
    ("a pipe", "f.close(); os.remove(answer); os.mkfifo(answer)", "left no recording"),
    ("a link", "f.close(); os.remove(answer); os.symlink('/dev/zero', answer)", "left no recording"),
]


@pytest.mark.parametrize(("program", "words"), [row[1:] for row in ANSWERS], ids=[row[0] for row in ANSWERS])
def test_rubbish_for_an_answer(tmp_path: Path, program: str, words: str) -> None:
    found = (
        "import os, tempfile\nanswer = os.path.dirname(tempfile.gettempdir()) + '/answer.json'\nf = open(answer, 'w')\n"
    )
    assert words in _problem(tmp_path, f"{found}{program}\nf.close()\nos._exit(0)").what


def test_an_answer_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    program = "for n in range(9): c(f'c{n}', {'a': 'x' * (10 << 20)})"
    assert "more than 64 MB: too large" in _problem(tmp_path, COMPONENT + program).what


def test_ten_megabytes_of_inputs_are_judged(tmp_path: Path) -> None:
    write_project(tmp_path, "c('c', {'a': 'x' * (10 << 20), 'imDeclares': {'holdings': 'x'}})", header=COMPONENT)
    assert any(v.rule == "declared-holdings" or v.blocks for v in check_project(tmp_path, "test").judgement.verdicts)


def test_a_hundred_thousand_resources_end(tmp_path: Path) -> None:
    program = "for n in range(100_000): c(f'c{n}', {})"
    assert "did not end within 3 s" in _problem(tmp_path, COMPONENT + program, timedelta(seconds=3)).what


def test_gigabytes_of_output_go_nowhere(tmp_path: Path) -> None:
    program = "import os, sys\nfor _ in range(4000): os.write(1, bytes(1 << 20)); os.write(2, bytes(1 << 20))"
    write_project(tmp_path, program, header="")
    assert check_project(tmp_path, "test").recording["registrations"] == []


LATE = """
import atexit, threading, time
from pulumi.runtime import settings
from pulumi.runtime.proto import resource_pb2
def late():
    time.sleep(0.5)
    settings.get_monitor().RegisterResource(resource_pb2.RegisterResourceRequest(type="x:y:Z", name="late"))
"""


@pytest.mark.parametrize("how", ["threading.Thread(target=late).start()", "atexit.register(late)"])
def test_what_registers_after_the_program_s_end_counts(tmp_path: Path, how: str) -> None:
    write_project(tmp_path, how, header=LATE)
    assert [r["name"] for r in check_project(tmp_path, "test").recording["registrations"]] == ["late"]


def test_another_working_folder_changes_nothing(tmp_path: Path) -> None:
    kind = "class Z(pulumi.ComponentResource):\n    def __init__(self, name): super().__init__('x:y:Z', name, {})\n"
    write_project(tmp_path, f"{kind}import os\nos.chdir('/')\nZ('z')\n", header="import pulumi\n")
    (row,) = check_project(tmp_path, "test").recording["registrations"]
    assert row["source"] == "__main__.py:6"


def test_what_a_program_may(tmp_path: Path) -> None:
    program = """
        import os, socket, tempfile, threading
        from concurrent.futures import ThreadPoolExecutor
        assert os.path.exists("Pulumi.yaml")
        with tempfile.TemporaryDirectory() as own, open(own + "/file", "w") as file:
            file.write("x")
        os.makedirs("made/deeper", exist_ok=True)
        open("made/deeper/new", "w").close()
        open("made/deeper/new", "a").close()
        os.remove("made/deeper/new")
        listening = socket.create_server(("127.0.0.1", 0))
        socket.create_connection(listening.getsockname()).close()
        socket.getaddrinfo("localhost", 80)
        ThreadPoolExecutor().submit(int).result()
    """
    write_project(tmp_path, program, header="")
    assert check_project(tmp_path, "test").recording["registrations"] == []


def test_one_program_leaves_no_trace_in_the_next(tmp_path: Path) -> None:
    spoiler = "import pulumi, os, sys\nfrom im_stack.preflight.recording.monitor import run_program\n"
    spoiler += "run_program.record = None\npulumi.ComponentResource.__init__ = None\nos.environ['HOME'] = 'x'\n"
    write_project(tmp_path / "a", "", header=spoiler)
    write_project(tmp_path / "b", "import os\nassert os.environ['HOME'] != 'x'\nc('c', {})\n", header=COMPONENT)
    with Recorder() as recorder:
        assert recorder.record(read_stack(tmp_path / "a", "test"))["registrations"] == []
        assert [r["name"] for r in recorder.record(read_stack(tmp_path / "b", "test"))["registrations"]] == ["c"]


def test_a_program_ends_with_whoever_records_it(tmp_path: Path) -> None:
    write_project(tmp_path, "import time\ntime.sleep(600)\n", header="")
    command = [sys.executable, "-m", "im_stack.preflight", "check", "test", "--project", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _until(lambda: bool(_left(tmp_path)))
    process.kill()
    process.wait()
    _until(lambda: not _left(tmp_path))


def _until(condition: Callable[[], bool]) -> None:
    for _ in range(300):
        if condition():
            return
        time.sleep(0.1)
    pytest.fail("it never came")


def _problem(folder: Path, program: str, limit: timedelta = LIMIT) -> Problem:
    write_project(folder, "", header=program)
    with pytest.raises(InputError) as caught:
        check_project(folder, "test", time_limit=limit)
    _until(lambda: not _left(folder))
    return caught.value.problems[0]


def _left(folder: Path) -> list[str]:
    """Processes whose working folder is the program's."""
    left = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (
                process.joinpath("cwd").readlink() == folder
                and "Z" not in process.joinpath("stat").read_text().split()[2]
            ):
                left.append(process.name)
        except OSError:
            continue
    return left
