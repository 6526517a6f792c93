"""The evolutionary search as published, stated with numpy: APQ, section 3.3, and its released code.

Population 100, the best 25 are parents, each iteration makes 50 mutants and 50 crossovers. Every
candidate is drawn again until it meets the limit. Mutation redraws kernel, width and bits of a
block together with probability 0.1 and never the depth; crossover picks each entry from either
parent. Unlike the released code the bits reach the predictor, children of crossover enter the
population and no seed is dropped, so this is the published method at its best.
"""

import random

import numpy as np


class PublishedSearch:
    def __init__(self, problem, limit, seed, population=100, parents=25, mutation=0.1):
        self.problem = problem
        self.limit = limit
        self.random = random.Random(seed)
        self.population_size = population
        self.parents_size = parents
        self.mutation = mutation
        self.evaluations = 0
        self.fields = ("kernel", "width", "pw_weight", "pw_activation", "dw_weight", "dw_activation")
        choices = len(problem.bits)
        self.sizes = [(b["kernels"], b["widths"], choices, choices, choices, choices) for b in problem.blocks]
        self.pointwise = [table.tolist() for table in problem.pointwise]
        self.depthwise = [table.tolist() for table in problem.depthwise]

    def draw_block(self, policy, b):
        for field, size in zip(self.fields, self.sizes[b]):
            policy[field][b] = self.random.randrange(size)

    def draw(self):
        p = self.problem
        policy = {field: [0] * len(p.blocks) for field in self.fields}
        policy["depth"] = [self.random.randint(a, b) for a, b in zip(p.min_depths, p.max_depths)]
        for b in range(len(p.blocks)):
            self.draw_block(policy, b)
        return policy

    def latency(self, policy):
        p = self.problem
        total = p.fixed_latency
        for b, (stage, position) in enumerate(zip(p.block_stage, p.block_position)):
            if position < policy["depth"][stage]:
                width = policy["width"][b]
                total += self.pointwise[b][width][policy["pw_weight"][b]][policy["pw_activation"][b]]
                total += self.depthwise[b][width][policy["kernel"][b]][policy["dw_weight"][b]][
                    policy["dw_activation"][b]
                ]
        return total

    def within_limit(self, make):
        while True:
            policy = make()
            if self.latency(policy) <= self.limit:
                return policy

    def mutate(self, parent):
        child = {field: list(values) for field, values in parent.items()}
        for b in range(len(self.sizes)):
            if self.random.random() < self.mutation:
                self.draw_block(child, b)
        return child

    def cross(self, first, second):
        return {
            field: [a if self.random.random() < 0.5 else b for a, b in zip(first[field], second[field])]
            for field in first
        }

    def encode(self, policy):
        p = self.problem
        hot = np.zeros(p.features_count, np.float32)
        offsets = [p.kernel_offset, p.width_offset, *p.bit_offset]
        for b, (stage, position) in enumerate(zip(p.block_stage, p.block_position)):
            if position < policy["depth"][stage]:
                for field, offset in zip(self.fields, offsets):
                    hot[offset[b] + policy[field][b]] = 1
        return hot

    def score(self, policies):
        self.evaluations += len(policies)
        accuracy = self.problem.predictor(np.stack([self.encode(p) for p in policies]))
        return list(zip(accuracy.tolist(), policies))

    def run(self, evaluations):
        """Best predicted accuracy after the given number of predictor evaluations."""
        # twice the population: the released code draws as many and keeps the first half
        seeds = [self.within_limit(self.draw) for _ in range(2 * self.population_size)]
        population = self.score(seeds)
        while self.evaluations < evaluations:
            parents = sorted(population, key=lambda scored: scored[0], reverse=True)[: self.parents_size]
            pick = lambda: self.random.choice(parents)[1]
            half = self.population_size // 2
            mutants = [self.within_limit(lambda: self.mutate(pick())) for _ in range(half)]
            crossed = [self.within_limit(lambda: self.cross(pick(), pick())) for _ in range(half)]
            population = parents + self.score(mutants + crossed)
        return max(accuracy for accuracy, _ in population)
