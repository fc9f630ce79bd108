"""Benchmarks, each beside its floor: `yizhan bench kernel --json`. One file for each suite; `harness` is their form."""
