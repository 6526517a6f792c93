"""pymoo's genetic algorithm and NSGA-II on the exported problem.

Of the crossovers and mutations that pymoo has for integers, uniform crossover with polynomial
mutation found the most accurate policies here; two-point and simulated binary crossover did worse.
"""

import numpy as np
from pymoo.algorithms.moo.nsga2 import NSGA2
from pymoo.algorithms.soo.nonconvex.ga import GA
from pymoo.core.problem import Problem as PymooProblem
from pymoo.operators.crossover.ux import UniformCrossover
from pymoo.operators.mutation.pm import PM
from pymoo.operators.repair.rounding import RoundingRepair
from pymoo.operators.sampling.rnd import IntegerRandomSampling
from pymoo.optimize import minimize

POPULATION = 100


class Constrained(PymooProblem):
    """Highest accuracy within a latency limit."""

    def __init__(self, problem, limit):
        super().__init__(
            n_var=len(problem.options), n_obj=1, n_ieq_constr=1, xl=0, xu=problem.options - 1, vtype=int
        )
        self.problem = problem
        self.limit = limit
        self.evaluations = 0

    def _evaluate(self, x, out, *args, **kwargs):
        self.evaluations += len(x)
        out["F"] = -self.problem.predictor(self.problem.features(x))
        out["G"] = self.problem.latency(x) - self.limit


class Front(PymooProblem):
    """Accuracy against latency."""

    def __init__(self, problem):
        super().__init__(n_var=len(problem.options), n_obj=2, xl=0, xu=problem.options - 1, vtype=int)
        self.problem = problem
        self.evaluations = 0
        self.seen = []

    def _evaluate(self, x, out, *args, **kwargs):
        self.evaluations += len(x)
        accuracy = self.problem.predictor(self.problem.features(x))
        latency = self.problem.latency(x)
        self.seen.append((latency, accuracy))
        out["F"] = np.column_stack([-accuracy, latency])


def integer_operators():
    return dict(
        sampling=IntegerRandomSampling(),
        crossover=UniformCrossover(prob=0.9),
        mutation=PM(prob=1.0, eta=3.0, vtype=float, repair=RoundingRepair()),
        eliminate_duplicates=True,
    )


def genetic(problem, limit, seed, evaluations):
    """Best predicted accuracy within the limit, and the evaluations made."""
    task = Constrained(problem, limit)
    result = minimize(
        task, GA(pop_size=POPULATION, **integer_operators()), ("n_eval", evaluations), seed=seed, verbose=False
    )
    return (None if result.F is None else -float(result.F[0])), task.evaluations


def front(problem, seed, evaluations):
    """Latencies and accuracies of the final front, those of everything evaluated, and the evaluations made."""
    task = Front(problem)
    result = minimize(
        task, NSGA2(pop_size=POPULATION, **integer_operators()), ("n_eval", evaluations), seed=seed, verbose=False
    )
    seen = tuple(np.concatenate(column) for column in zip(*task.seen))
    return (result.F[:, 1], -result.F[:, 0]), seen, task.evaluations
