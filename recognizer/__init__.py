"""SPOTER, a small pose transformer for isolated signs: training, export, quantisation, evaluation, bundles."""
