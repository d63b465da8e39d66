"""Load tests: who asks (loadtests/users, run by Locust), when, whom it may ask, and the raw record of every request.

Importing Locust lets gevent change the standard library of the process, so only `hooks`, `user` and the user files
import it; they run in processes of their own (`locust_run` starts them).

LoadtestError
└── LoadError            a load that cannot be run as asked
    ├── TargetRefused    a target that is neither loopback nor a deployment of ours
    └── AnswerBroken     what came back is no HTTP answer
"""
