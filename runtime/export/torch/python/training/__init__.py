"""The parts of `train.py`, one concern a file.

`plan.py` reads what the specification says, `data.py` the shards of features, `samplers.py` chooses the task of each
update, `updates.py` its rows, `objective.py` computes its loss, `optim.py` the optimizer and its schedule,
`distributed.py` the processes, `checkpoint.py` what a killed run continues from, `validation.py` and `measures.py` what
is measured, and `metrics.py` where numbers are logged. `keyed.py` has the random numbers that mtl draws.
"""
