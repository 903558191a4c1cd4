"""Trains the model of this folder on a Ray cluster: the loop of `train.py` in Ray Train's `TorchTrainer`.

    pip install "ray[train]"
    python ray_train.py --workers 2 --output /shared/runs/first
    python ray_train.py --workers 8 --gpu --address auto --output /shared/runs/first -- --fsdp --bf16

What comes after `--` are options of `train.py`. All workers read this folder and write to `--output`, which a cluster
of several machines must share. A worker that fails is replaced `--failures` times; the run continues from its newest
checkpoint.
"""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

import ray
from ray.train import FailureConfig, RunConfig, ScalingConfig
from ray.train.torch import TorchTrainer

HERE = Path(__file__).resolve().parent


def work(config: dict[str, Any]) -> None:
    """Trains in one worker; Ray has joined the processes and set RANK and WORLD_SIZE."""
    sys.path.insert(0, config["folder"])
    from ray.train import report

    from train import options_of, train

    values = train(options_of(config["arguments"]))
    found = {f"{task}/{name}": value for task, each in values.items() for name, value in each.items()}
    report(found or {"updates": 0})


def main() -> None:
    """Starts the workers, and waits for them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, default=2, help="the number of processes")
    parser.add_argument("--gpu", action="store_true", help="give each worker a GPU")
    parser.add_argument("--address", help="the cluster, such as auto; by default one is started on this machine")
    parser.add_argument("--failures", type=int, default=3, help="how often failed workers are replaced")
    parser.add_argument("--output", type=Path, default=Path("runs/torch"), help="the folder of the run")
    parser.add_argument("arguments", nargs="*", help="options of train.py, after --")
    options = parser.parse_args()
    output = options.output.resolve()
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    ray.init(address=options.address)
    trainer = TorchTrainer(
        work,
        train_loop_config={"folder": str(HERE), "arguments": ["--output", str(output), *options.arguments]},
        scaling_config=ScalingConfig(num_workers=options.workers, use_gpu=options.gpu),
        run_config=RunConfig(
            name=output.name,
            storage_path=str(output.parent / "ray"),
            failure_config=FailureConfig(max_failures=options.failures),
        ),
    )
    trainer.fit()
    print(f"The run is in {output}.")


if __name__ == "__main__":
    main()
