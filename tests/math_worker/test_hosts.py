"""The worker under every kind of host: threads, forks, spawned children, and hosts that end in any way."""

import os
import signal

import pytest

ENDLESS = "pipe.CPU_SECONDS = 3600\n"
"""Before a task that must still be in hand when the test comes to it, however busy the machine is."""
EASY = r'r"\gcd(a, b)", r"\gcd(b, a)"'
ENDINGS = {
    "exit": ("sys.stdin.readline()", 0),
    "os._exit": ("sys.stdin.readline()\nos._exit(3)", 3),
    "exception": ("sys.stdin.readline()\nraise SystemExit(4)", 4),
    "SIGTERM": ("signal.pause()", -signal.SIGTERM),
    "SIGKILL": ("signal.pause()", -signal.SIGKILL),
    "SIGINT": ("signal.pause()", -signal.SIGINT),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_no_worker_outlives_an_idle_host(ending, host, processes):
    body, status = ENDINGS[ending]
    process = host(f"say(ask({EASY}))\n{body}")
    assert process.stdout.readline() == "True\n"
    processes.until(lambda: len(processes.workers(process.pid)) == 2)
    if ending.startswith("SIG"):
        process.send_signal(getattr(signal, ending))
    process.communicate("\n")
    assert process.returncode == status or ending == "SIGINT"
    processes.until(lambda: not processes.of_host(process.pid))


@pytest.mark.parametrize("ending", ["SIGTERM", "SIGKILL", "SIGINT"])
def test_no_worker_outlives_a_host_with_a_task_in_hand(ending, host, processes):
    process = host(f"{ENDLESS}ask(*LONG)")
    processes.until(lambda: processes.at_work(process.pid))
    process.send_signal(getattr(signal, ending))
    process.wait()
    processes.until(lambda: not processes.of_host(process.pid))


@pytest.mark.parametrize("ending", ["SIGTERM", "SIGKILL"])
def test_no_spare_that_took_over_outlives_its_host(ending, host, processes):
    process = host(f"{ENDLESS}ask(*LONG)")
    worker, spare, _ = processes.until(lambda: processes.at_work(process.pid))
    os.kill(worker, signal.SIGKILL)
    processes.until(lambda: (processes.at_work(process.pid) or (0,))[0] == spare)
    process.send_signal(getattr(signal, ending))
    process.wait()
    processes.until(lambda: not processes.of_host(process.pid))


def test_no_task_outlives_its_worker(host, processes):
    process = host(f"{ENDLESS}ask(*LONG)")
    worker, _, task = processes.until(lambda: processes.at_work(process.pid))
    process.send_signal(signal.SIGSTOP)  # so that it is not the host that cleans up
    os.kill(worker, signal.SIGKILL)
    processes.until(lambda: not processes.is_running(task))


def finished(process):
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert not err
    return out.split()


def test_an_interrupt_goes_through_and_leaves_a_clean_state(host, processes):
    body = f"""
        pipe.CPU_SECONDS = 3600
        try:
            ask(*LONG)
        except KeyboardInterrupt:
            say("interrupted")
        say(ask({EASY}), ask(r"\\gcd(a, b)", "c"))
    """
    process = host(body)
    worker, _, task = processes.until(lambda: processes.at_work(process.pid))
    process.send_signal(signal.SIGINT)
    assert process.stdout.readline() == "interrupted\n"
    processes.until(lambda: not processes.is_running(worker) and not processes.is_running(task))
    assert finished(process) == ["True", "False"]


def test_an_interrupt_while_the_worker_starts(host, processes):
    body = f"""
        pipe.CPU_SECONDS = 3600
        try:
            ask(*LONG)
        except KeyboardInterrupt:
            say("interrupted")
        say(ask({EASY}))
    """
    process = host(body)
    processes.until(lambda: processes.workers(process.pid))
    process.send_signal(signal.SIGINT)
    assert finished(process) == ["interrupted", "True"]


def test_threads_take_turns(host):
    body = f"""
        seen = []
        def run():
            seen.extend((ask({EASY}), ask(r"\\gcd(a, b)", "c")) for _ in range(5))
        threads = [threading.Thread(target=run) for _ in range(8)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        say(len(seen), set(seen) == {{(True, False)}})
    """
    assert finished(host(body)) == ["40", "True"]


def test_a_worker_outlives_the_thread_that_started_it(host, processes):
    body = f"""
        thread = threading.Thread(target=lambda: say(ask({EASY})))
        thread.start()
        thread.join()
        sys.stdin.readline()
        say(ask({EASY}))
        sys.stdin.readline()
    """
    process = host(body)
    assert process.stdout.readline() == "True\n"
    before = processes.workers(process.pid)
    process.stdin.write("\n")
    process.stdin.flush()
    assert process.stdout.readline() == "True\n"
    assert processes.workers(process.pid) == before


def test_a_forked_child_has_a_worker_of_its_own(host):
    body = f"""
        def worker(): return symbolic.desk._idle[-1].pid
        ask({EASY})
        mine = worker()
        child = os.fork()
        if not child:
            assert not symbolic.desk._idle
            say(ask({EASY}), worker() != mine)
            sys.exit()
        os.waitpid(child, 0)
        say(ask({EASY}), worker() == mine)
    """
    assert finished(host(body)) == ["True"] * 4


def test_a_fork_while_a_task_is_in_hand(host):
    """The lock that another thread holds never opens in the child, which must not wait for it."""
    body = f"""
        threads = [threading.Thread(target=lambda: say(ask(*LONG))) for _ in range(symbolic.LANES)]
        for thread in threads: thread.start()
        while symbolic.desk._turns.acquire(blocking=False):
            symbolic.desk._turns.release()
        child = os.fork()
        if not child:
            say(ask({EASY}))
            symbolic.desk.close()
            os._exit(0)
        os.waitpid(child, 0)
        for thread in threads: thread.join()
    """
    process = host(body, "-W", "ignore::DeprecationWarning")
    assert finished(process) == ["True", "None", "None"]


def test_an_unguarded_script_runs_once(host):
    assert finished(host(f"say('once')\nsay(ask({EASY}))")) == ["once", "True"]


def test_in_a_spawned_child_of_an_unguarded_script(host):
    body = f"""
        import multiprocessing
        say(__name__, ask({EASY}))
        def work(): say("work", ask({EASY}))
        if multiprocessing.current_process().name == "MainProcess":
            child = multiprocessing.get_context("spawn").Process(target=work)
            child.start()
            child.join()
            say(child.exitcode)
    """
    assert finished(host(body)) == ["__main__", "True", "__mp_main__", "True", "work", "True", "0"]


def test_files_beside_the_script_do_not_reach_the_worker(host, tmp_path):
    for name in ("sympy", "mpmath", "random", "usercustomize", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(5)")
    body = f"""
        os.environ.update(PYTHONPATH=os.getcwd(), PYTHONHASHSEED="random", SYMPY_USE_CACHE="debug")
        say(ask({EASY}))
    """
    assert finished(host(body, "-P")) == ["True"]  # -P: the host itself is not fooled


@pytest.mark.parametrize("setting", ["SIGPIPE, signal.SIG_DFL", "SIGCHLD, signal.SIG_IGN", "SIGXCPU, signal.SIG_IGN"])
def test_whatever_the_host_does_with_its_signals(setting, host):
    body = f"""
        signal.signal(signal.{setting})
        say(ask({EASY}))
        os.kill(symbolic.desk._idle[-1].pid, signal.SIGKILL)
        say(ask({EASY}))
        say(ask(*LONG))
        say(ask({EASY}))
    """
    assert finished(host(body)) == ["True", "True", "None", "True"]
