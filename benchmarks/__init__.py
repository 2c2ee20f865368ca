"""The speed of the app on a scratch site: `make bench`. `run.py` starts it, `RESULTS.md` is what it found last."""
