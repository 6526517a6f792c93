"""Runs one Python search over the exported problem and prints one JSON line per seed."""

import argparse
import json
import time

from problem import Problem, hypervolume


def published(problem, arguments, seed):
    from published import PublishedSearch

    search = PublishedSearch(problem, arguments.limit, seed)
    best = search.run(arguments.evaluations)
    return {"best": best, "evaluations": search.evaluations}


def pymoo_ga(problem, arguments, seed):
    from pymoo_search import genetic

    best, evaluations = genetic(problem, arguments.limit, seed, arguments.evaluations)
    return {"best": best, "evaluations": evaluations}


def pymoo_nsga2(problem, arguments, seed):
    from pymoo_search import front

    final, seen, evaluations = front(problem, seed, arguments.evaluations)
    return {
        "hypervolume": hypervolume(*final),
        "hypervolumeOfAllEvaluated": hypervolume(*seen),
        "evaluations": evaluations,
    }


SEARCHES = {"published": published, "pymoo-ga": pymoo_ga, "pymoo-nsga2": pymoo_nsga2}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("search", choices=SEARCHES)
    parser.add_argument("--problem", required=True, help="folder with problem.json and predictor.safetensors")
    parser.add_argument("--limit", type=float, default=9.0, help="latency limit, ms")
    parser.add_argument("--evaluations", type=int, default=50200)
    parser.add_argument("--seeds", type=int, default=3, help="runs with seeds 1..n")
    arguments = parser.parse_args()
    problem = Problem(arguments.problem)
    run = SEARCHES[arguments.search]
    if arguments.search.startswith("pymoo"):
        import pymoo_search  # noqa: F401  its import is not part of the search's time
    for seed in range(1, arguments.seeds + 1):
        start = time.process_time()
        result = run(problem, arguments, seed)
        result["cpuSeconds"] = time.process_time() - start
        print(json.dumps({"search": arguments.search, "seed": seed, **result}), flush=True)


if __name__ == "__main__":
    main()
