"""Work out the reference values with numpy, pandas, scipy and pingouin; see README.md here."""

import json
import math
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pingouin
import scipy

HERE = Path(__file__).parent


def main():
    frame = pd.read_csv(HERE / "lsat6.csv", dtype={"pattern": str})
    rows = [[int(c) for c in p] for p, n in frame.itertuples(index=False) for _ in range(n)]
    data = pd.DataFrame(np.array(rows), columns=[f"q{n}" for n in range(1, 6)])
    total = data.sum(axis=1)
    share = total / 5 * 100
    alpha = float(pingouin.cronbach_alpha(data=data)[0])
    size = round(0.27 * len(data))
    low, high = np.sort(total)[size - 1], np.sort(total)[-size]
    found = {
        "people": len(data),
        "facility": [float(x) for x in data.mean()],
        "discrimination": [
            float(scipy.stats.pointbiserialr(data[c], total - data[c]).statistic) for c in data
        ],
        "alpha": alpha,
        "mean_percent": float(share.mean()),
        "deviation_percent": float(share.std(ddof=1)),
        "error_percent": float(share.std(ddof=1) * math.sqrt(1 - alpha)),
        "top_right": [float(x) for x in data[total >= high].mean()],
        "bottom_right": [float(x) for x in data[total <= low].mean()],
        "pool": pool(data.astype(float)),
        "made_with": {each.__name__: each.__version__ for each in (np, pd, scipy, pingouin)}
        | {"python": sys.version.split()[0]},
    }
    (HERE / "lsat6.json").write_text(json.dumps(found, indent=1) + "\n")


def pool(data):
    """Return the values when each person, in the order of the file, was not shown one question."""
    for row in range(len(data)):
        data.iat[row, row % 5] = np.nan
    rest = []
    for c in data:
        shown = data[data[c].notna()]
        others = shown.drop(columns=c).mean(axis=1)
        rest.append(float(scipy.stats.pearsonr(shown[c], others).statistic))
    return {"facility": [float(x) for x in data.mean()], "discrimination": rest}


if __name__ == "__main__":
    main()
