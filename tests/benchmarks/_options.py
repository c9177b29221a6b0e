"""Options of a benchmark: `--help` answers with all of its docstring."""

import argparse


def parser(description: str | None) -> argparse.ArgumentParser:
    """For the docstring of a benchmark, shown as it is written."""
    return argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
