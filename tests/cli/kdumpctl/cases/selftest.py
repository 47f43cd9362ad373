# SPDX-License-Identifier: GPL-2.0-or-later
"""test: a crash on purpose, and what is told of it afterwards."""

import os
import re
import signal
import threading
import time
from pathlib import Path

from expect import IMAGE, check, started
from machine import Machine

STATE = "var/lib/kdump/vmcore-creation.status"
TRIGGER = "proc/sysrq-trigger"
BOOT_ID = "proc/sys/kernel/random/boot_id"
QUESTION = ("This crashes the running system at once: services end without being stopped, and\n"
            "what they have not written is lost. The machine restarts when the dump is saved.\n"
            "Go on? [y/N] ")
OPERATIONAL = "Kdump is operational\n"


def full_pipe(path: Path) -> int:
    """A pipe into which nothing more goes: who writes there stays there."""
    os.mkfifo(path)
    pipe = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    try:
        while True:
            os.write(pipe, b"x" * 4096)
    except BlockingIOError:
        return pipe


def crash(m: Machine, *arguments: str, **extra) -> str:
    """Run the test until the machine is told to crash, where kdumpctl ends. Return: the id."""
    (m.root / "var/lib").mkdir(exist_ok=True)
    (m.root / STATE).unlink(missing_ok=True)
    m.write(BOOT_ID, "one")
    pipe = full_pipe(m.root / TRIGGER)
    over = threading.Event()

    def end() -> None:
        while not (m.root / STATE).exists():
            if over.wait(0.05):
                return
        os.kill(int((m.root / "run/lock/kdump").read_text().split()[0]), signal.SIGKILL)

    killer = threading.Thread(target=end)
    killer.start()
    done = m.run("test", *arguments, **extra)
    over.set()
    killer.join()
    os.close(pipe)
    (m.root / TRIGGER).unlink()
    assert done.returncode == -signal.SIGKILL, done
    load = m.kexec_calls()[-1]
    test_id = re.search(r" kdump_test_id=([0-9]+-[0-9]{9}) --initrd=", load)[1]
    assert (m.root / STATE).read_text() == f"pending kdump_test_id={test_id} boot=one\n"
    return test_id


def boot(m: Machine, name: str = "two") -> None:
    """The machine is up again, and nothing is loaded."""
    m.write(BOOT_ID, name)
    m.write("sys/kernel/kexec_crash_loaded", "0")


def saved(m: Machine, test_id: str, result: str) -> None:
    """What the capture leaves behind."""
    m.write(f"var/crash/kdump-test-{test_id}/vmcore-creation.status",
            f"{result} kdump_test_id={test_id}")


def sentence(test_id: str, text: str) -> str:
    """What is told, with the time that the id is made of."""
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(int(test_id.split("-")[0])))
    return f"{text} {when}\n"


def asks_first(m: Machine) -> None:
    """Only a yes is one; nothing loaded, nothing asked."""
    check(m.run("test"), 1, "", "Kdump needs be operational before test.\nsystemctl start kdump\n")
    m.run("start")
    m.kexec_calls()
    for answer in ("", "\n", "n\n", "yellow\n", "N\n"):
        check(m.run("test", input=answer), 0,
              QUESTION + ("\n" if not answer else "") + "Cancelled.\n")
    assert not (m.root / "kexec-calls").exists() and not (m.root / STATE).exists()
    crash(m, input="y\n")


def success(m: Machine) -> None:
    """Told at the next start, and by status; until the image is another one."""
    m.run("start")
    test_id = crash(m, "--force")
    done = m.run("status")
    assert done.stdout.startswith(f"{OPERATIONAL}A vmcore creation test is under way, since ")
    saved(m, test_id, "success")
    boot(m)
    notice = sentence(test_id, "Notice: Last successful vmcore creation test on")
    check(m.run("status"), 3, f"Kdump is not operational\n{notice}")
    assert "pending" in (m.root / STATE).read_text(), "status writes nothing"
    started(m, notice.rstrip("\n"))
    assert (m.root / STATE).read_text() == f"success kdump_test_id={test_id}\n"
    assert " kdump_test_id=" not in m.kexec_calls()[-1]
    (m.root / f"var/crash/kdump-test-{test_id}/vmcore-creation.status").unlink()
    check(m.run("status"), 0, f"{OPERATIONAL}{notice}")
    assert notice in m.run("restart").stdout
    m.write("etc/sysconfig/kdump", "VMCORE_CREATION_NOTIFICATION=no")
    check(m.run("status"), 0, OPERATIONAL)
    assert notice not in m.run("restart").stdout
    check(m.run("rebuild"), 0, f"Rebuilding {IMAGE}\n")
    (m.root / "etc/sysconfig/kdump").unlink()
    check(m.run("status"), 0, OPERATIONAL)
    m.write("etc/sysconfig/kdump", "KDUMP_STDLOGLVL=4")
    assert "No vmcore creation test performed!\n" in m.run("restart").stdout


def odd_word_about_the_notice(m: Machine) -> None:
    """Whether something is told is no reason to arm nothing."""
    m.write("etc/sysconfig/kdump", "KDUMP_STDLOGLVL=4\nVMCORE_CREATION_NOTIFICATION=1")
    for command in ("start", "restart"):
        done = m.run(command)
        assert done.returncode == 0, done.stderr
        assert done.stderr == (
            "/etc/sysconfig/kdump:2: warning: VMCORE_CREATION_NOTIFICATION: '1' is neither yes nor "
            "no, and is taken for yes\n"), done.stderr
        assert "No vmcore creation test performed!\n" in done.stdout


def failure(m: Machine) -> None:
    """No dump at all, one that failed, and one of another test."""
    m.run("start")
    for number, result in enumerate(("", "fail", "success of another")):
        test_id = crash(m, "--force")
        if result == "fail":
            saved(m, test_id, result)
        elif result:
            m.write(f"var/crash/kdump-test-{test_id}/vmcore-creation.status",
                    "success kdump_test_id=1-000000001")
        boot(m, f"two{number}")
        started(m, sentence(test_id,
                            "Notice: Last NOT successful vmcore creation test on").rstrip("\n"))
        assert (m.root / STATE).read_text() == f"fail kdump_test_id={test_id}\n"


def somebody_has_to_look(m: Machine) -> None:
    """Where the dump cannot be seen from here."""
    m.run("start")
    test_id = crash(m, "--force")
    boot(m)
    m.write("etc/kdump.conf", "ssh dump@host")
    check(m.run("status"), 3, "Kdump is not operational\n" +
          sentence(test_id, "Notice: Require manual check for vmcore creation test of"))


def kernel_that_goes_on(m: Machine) -> None:
    """There was no test then, and what is loaded is as before."""
    (m.root / "var/lib").mkdir()
    m.run("start")
    before = m.kexec_calls()[-1]
    (m.root / TRIGGER).write_text("")
    done = m.run("test", "--force")
    assert done.returncode == 1
    assert done.stderr == "the kernel was told to crash, and did not\n", done.stderr
    assert (m.root / TRIGGER).read_text() == "c" and not (m.root / STATE).exists()
    calls = m.kexec_calls()
    assert len(calls) == 2 and "kdump_test_id" in calls[0] and calls[1] == before, calls
    check(m.run("status"), 0, OPERATIONAL)
