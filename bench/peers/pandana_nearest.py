"""The nearest of each category for every node, by pandana: run by the Python of requirements/bench.txt, never by ours.

python pandana_nearest.py IN.npz OUT.npz: reads lon, lat, edge_from, edge_to, ds, limit and outlets_0 … (node numbers);
writes ds_0 … (deciseconds, the limit where none is nearer), the seconds to prepare and those of the searches.
"""

import sys
import time

import numpy as np
import pandana  # type: ignore[import-not-found]
import pandas as pd  # type: ignore[import-untyped]


def main(source: str, target: str) -> None:
    given = np.load(source)
    limit = float(given["limit"])
    begun = time.perf_counter()
    network = pandana.Network(
        pd.Series(given["lon"]),
        pd.Series(given["lat"]),
        pd.Series(given["edge_from"]),
        pd.Series(given["edge_to"]),
        pd.DataFrame({"ds": given["ds"].astype(float)}),
        twoway=True,
    )
    network.precompute(limit) if "--precompute" in sys.argv else None
    prepared = time.perf_counter() - begun
    count = sum(name.startswith("outlets_") for name in given.files)
    for number in range(count):
        nodes = given[f"outlets_{number}"]
        network.set_pois(f"c{number}", limit, 1, pd.Series(given["lon"][nodes]), pd.Series(given["lat"][nodes]))
    begun = time.perf_counter()
    found = [network.nearest_pois(limit, f"c{number}", num_pois=1) for number in range(count)]
    seconds = time.perf_counter() - begun
    columns = {f"ds_{number}": table[1].to_numpy() for number, table in enumerate(found)}
    np.savez(target, prepared=prepared, seconds=seconds, **columns)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
