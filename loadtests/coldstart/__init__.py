"""Cold starts, measured: of the endpoint and the PyTorch baseline, of the Lambda function, of containers, of visitors.

ColdStartError (a LoadtestError)   something did not start
└── EngineMissing                  no Docker engine, SDK or image to start containers with
"""
