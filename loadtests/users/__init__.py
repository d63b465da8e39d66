"""Locust users, one a file, each of which runs alone:

`locust -f loadtests/users/cloud.py --headless --host http://127.0.0.1:8001 -t 30s --rate 50 --samples load.jsonl`

`--rate` is an open workload, `-u` a closed one; `--ramp 5` reaches either in five stages; `--processes 2` shares it.
See docs/load.md.
"""
