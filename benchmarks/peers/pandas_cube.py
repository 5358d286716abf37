"""Run by the Python that has pandas: counts every column by every background with groupby, and prints the CPU seconds.

Standard input: JSON with `columns` (name to a .npy file of small whole numbers), `items` and `backgrounds`.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np
import pandas


def main() -> None:
    wanted = json.load(sys.stdin)
    frame = pandas.DataFrame({name: np.load(file) for name, file in wanted["columns"].items()})
    began = time.process_time()
    for background in wanted["backgrounds"]:
        for item in wanted["items"]:
            frame.groupby([background, item]).size()
    json.dump({"cpu": time.process_time() - began, "version": pandas.__version__}, sys.stdout)


if __name__ == "__main__":
    main()
