"""Puts every decision record into the site's menu, so that a new one needs no edit of mkdocs.yml."""

from pathlib import Path


def on_config(config):
    records = sorted(path.name for path in (Path(config["docs_dir"]) / "adr").glob("*.md"))
    config["nav"].append({"Decisions": [f"adr/{name}" for name in records]})
    return config
