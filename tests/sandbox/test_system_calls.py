"""What a candidate may ask of the kernel: all that honest programs need, and nothing that looks at or into others."""

import pytest

pytestmark = pytest.mark.docker

HIDDEN = """
import pytest
import answer

@pytest.mark.parametrize("name", {names})
def test_call(name):
    assert getattr(answer, name)() == "{expected}"
"""
REFUSED = """
import ctypes, errno, os, socket

_libc = ctypes.CDLL(None, use_errno=True)

def _errno(number, *arguments):
    return "refused" if _libc.syscall(number, *arguments) == -1 and ctypes.get_errno() == errno.EPERM else "let through"

def _socket(*kind):
    try:
        socket.socket(*kind).close()
    except PermissionError:
        return "refused"
    return "let through"

def ptrace(): return _errno(101, 0, 0, 0, 0)
def read_memory(): return _errno(310, os.getppid(), 0, 0, 0, 0, 0)
def keyring(): return _errno(250, 0, -3, 0)
def user_namespace(): return _errno(272, 0x10000000)
def clone_into_namespace(): return _errno(56, 0x10000000 | 17, 0, 0, 0, 0)
def mount(): return _errno(165, b"none", b"/tmp", b"tmpfs", 0, 0)
def bpf(): return _errno(321, 0, 0, 0)
def perf(): return _errno(298, 0, 0, -1, -1, 0)
def io_uring(): return _errno(425, 1, 0)
def userfault(): return _errno(323, 0)
def slow_down_the_first_process(): return _errno(141, 0, 1, 19)
def pin_the_first_process(): return _errno(203, 1, 8, ctypes.byref(ctypes.c_uint64(1)))
def limit_the_first_process(): return _errno(302, 1, 7, ctypes.byref((ctypes.c_uint64 * 2)(900, 1024)), 0)
def pin_by_a_sign_that_wraps(): return _errno(203, ctypes.c_uint64((1 << 32) | 1), 8, ctypes.byref(ctypes.c_uint64(1)))
def raw_socket(): return _socket(socket.AF_INET, socket.SOCK_RAW, 1)
def packet_socket(): return _socket(socket.AF_PACKET, socket.SOCK_RAW)
def netlink(): return _socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
def vsock(): return _socket(40, socket.SOCK_STREAM)
"""
NEEDED = """
import asyncio, concurrent.futures, mmap, multiprocessing, os, queue, resource, selectors, signal, socket, sqlite3
import subprocess, sys, tempfile, threading, time
from multiprocessing import shared_memory

def _double(n): return 2 * n

def oneself():
    os.nice(1)
    os.sched_setaffinity(0, os.sched_getaffinity(0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    return "fine"

def threads():
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        return "fine" if list(pool.map(_double, range(9)))[-1] == 16 else "wrong"

def processes():
    with multiprocessing.get_context("fork").Pool(2) as pool:
        return "fine" if pool.map(_double, [1, 2]) == [2, 4] else "wrong"

def spawned():
    return subprocess.run([sys.executable, "-c", "print('fine')"], capture_output=True, text=True).stdout.strip()

def shell(): return subprocess.run("echo fine", shell=True, capture_output=True, text=True).stdout.strip()

def loopback():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        accepted, _ = server.accept()
        with accepted:
            client.sendall(b"fine")
            return accepted.recv(4).decode()

def datagrams():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as two:
        one.bind(("127.0.0.1", 0))
        two.sendto(b"fine", one.getsockname())
        return one.recv(4).decode()

def loop():
    async def main():
        process = await asyncio.create_subprocess_exec("echo", "fine", stdout=asyncio.subprocess.PIPE)
        return (await process.communicate())[0].decode().strip()
    return asyncio.run(main())

def database():
    with tempfile.TemporaryDirectory() as folder, sqlite3.connect(os.path.join(folder, "db")) as database:
        database.execute("create table t (v text)")
        database.execute("insert into t values ('fine')")
        return database.execute("select v from t").fetchone()[0]

def memory():
    with mmap.mmap(-1, 4096) as area:
        area.write(b"fine")
        return area[:4].decode()

def shared():
    block = shared_memory.SharedMemory(create=True, size=16)
    try:
        block.buf[:4] = b"fine"
        return bytes(block.buf[:4]).decode()
    finally:
        block.close()
        block.unlink()

def alarm():
    rung = []
    signal.signal(signal.SIGALRM, lambda *_: rung.append("fine"))
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    time.sleep(0.2)
    return rung[0]

def files():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a")
        open(path, "w").close()
        os.link(path, path + "b"), os.symlink(path, path + "c"), os.rename(path, path + "d"), os.chmod(path + "d", 0o600)
        return "fine" if len(os.listdir(folder)) == 3 else "wrong"
"""


def functions(code):
    return [line[4:].partition("(")[0] for line in code.splitlines() if line.startswith("def ") and line[4] != "_"]


@pytest.mark.parametrize(("code", "expected"), [(REFUSED, "refused"), (NEEDED, "fine")], ids=["refused", "needed"])
def test_system_calls(grade, code, expected):
    hidden = HIDDEN.format(names=functions(code), expected=expected)

    results = grade(hidden, {"answer.py": code})

    assert {test.title: test.message for test in results.tests if test.outcome != "passed"} == {}
    assert len(results.tests) == len(functions(code))
