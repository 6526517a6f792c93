"""Checks that a worker fulfils docs/worker-contract.md."""
