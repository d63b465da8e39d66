"""The endpoint as the thesis ran it: PyTorch, JSON in, the model loaded by a worker's first call.

Only there to be measured beside ours, with the same weights. Nothing else imports it.
"""
