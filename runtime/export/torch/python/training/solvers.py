"""The two small quadratic programs that balances solve, by active sets (Lawson and Hanson, 1974, chapter 23)."""

import numpy as np

from .balance import Vector

# What is added to the diagonal, relative to its size, so that gradients that depend on each other have one solution.
RIDGE = 1e-10


def non_negative(matrix: Vector, linear: Vector) -> Vector:
    """Returns the x ≥ 0 that minimises ½·xᵀHx + cᵀx for a symmetric positive definite H."""
    limit = 10 * len(linear) + 10
    tolerance = 1e-14 * np.abs(linear).max()
    solution = np.zeros(len(linear))
    free: list[int] = []
    for _ in range(limit):
        descent = -(matrix @ solution + linear)
        descent[free] = -np.inf
        entering = int(descent.argmax())
        if descent[entering] <= tolerance:
            return solution
        free.append(entering)
        for _ in range(limit):
            target = np.zeros(len(linear))
            target[free] = np.linalg.solve(matrix[np.ix_(free, free)], -linear[free])
            blocking = [index for index in free if target[index] <= 0]
            if not blocking:
                solution = target
                break
            step = min(solution[index] / (solution[index] - target[index]) for index in blocking)
            solution = solution + step * (target - solution)
            free = [index for index in free if index not in blocking or solution[index] > tolerance]
            solution[[index for index in range(len(linear)) if index not in free]] = 0
            if not free:
                break
    return solution


def least_norm(gram: Vector, products: Vector | None = None, squares: float = 0.0) -> Vector:
    """Returns the w on the simplex for which the norm of Σ w·(g + s) is smallest.

    `products` has the dot products g·s of a shift s, and `squares` is s·s.
    """
    scale = gram.diagonal().max()
    if scale == 0:
        return np.full(len(gram), 1 / len(gram))
    shift = np.zeros(len(gram)) if products is None else products
    matrix = (gram + shift[:, None] + shift[None, :] + squares) / scale + 1 + RIDGE * np.eye(len(gram))
    found = non_negative(matrix, -np.ones(len(gram)))
    return found / found.sum()
