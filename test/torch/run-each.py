"""Runs the `train.py` of several exported folders, each in processes that are forked after torch was imported once.

python run-each.py JOBS.json, a list of {folder, output, world, flags}. Prints a line for each job that failed.
"""

import json
import os
import runpy
import signal
import socket
import sys

import safetensors.torch  # noqa: F401
import torch
import torch.distributed.checkpoint  # noqa: F401
import torch.distributed.fsdp  # noqa: F401


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def die_in(folder: str, update: int) -> None:
    """Kills this process at the beginning of an update, as a machine that fails would."""
    sys.path.insert(0, folder)
    from training import optim

    original = optim.set_rate

    def set_rate(plan, optimizer, step):
        if step == update:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(plan, optimizer, step)

    optim.set_rate = set_rate


def start(job: dict, rank: int, port: int) -> int:
    child = os.fork()
    if child:
        return child
    if job["world"] > 1:
        os.environ.update(RANK=str(rank), WORLD_SIZE=str(job["world"]), MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port))
    torch.set_num_threads(1)
    if job["killed"] is not None and rank == job["world"] - 1:
        die_in(job["folder"], job["killed"])
    sys.argv = ["train.py", "--output", job["output"], *job["flags"]]
    sys.path.insert(0, job["folder"])
    code = 0
    try:
        runpy.run_path(os.path.join(job["folder"], "train.py"), run_name="__main__")
    except SystemExit as end:
        print(end.code, file=sys.stderr)
        code = 2
    except BaseException:
        import traceback

        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


with open(sys.argv[1]) as file:
    jobs = json.load(file)
failed = False
for job in jobs:
    port = free_port()
    children = [start(job, rank, port) for rank in range(job["world"])]
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    if any(codes):
        failed = True
        print(f"{job['output']} ended with {codes}", flush=True)
sys.exit(failed)
