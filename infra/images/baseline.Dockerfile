# The endpoint as the thesis ran it (PyTorch, loaded by a worker's first call): only there to be measured beside ours.
ARG PYTHON=python:3.11-slim-bookworm

FROM ${PYTHON} AS packages
# The CPU build; PyPI's own is the CUDA one, about 3 GB.
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
COPY requirements/endpoint.txt requirements/torch.txt ./
RUN pip install --no-cache-dir --require-hashes --target /opt/python -r endpoint.txt \
    && PYTHONPATH=/opt/python pip install --no-cache-dir --extra-index-url "${TORCH_INDEX}" --target /opt/python -r torch.txt

# The shipped model's weights as PyTorch reads them; onnx is needed for that only.
FROM packages AS weights
COPY requirements/training.txt .
RUN pip install --no-cache-dir --require-hashes --target /opt/onnx -r training.txt
COPY cloud_inference /opt/program/cloud_inference
COPY recognizer /opt/program/recognizer
COPY models/default /opt/ml/model
WORKDIR /opt/program
RUN PYTHONPATH=/opt/python:/opt/onnx:/opt/program python -m cloud_inference.baseline convert /opt/ml/model /opt/weights.pt

FROM ${PYTHON}
ENV CERCA_BASELINE_WEIGHTS=/opt/weights.pt
ENV PYTHONPATH=/opt/python:/opt/program PYTHONUNBUFFERED=1
COPY --from=packages /opt/python /opt/python
COPY --from=weights /opt/weights.pt /opt/weights.pt
COPY cloud_inference /opt/program/cloud_inference
COPY recognizer /opt/program/recognizer
USER 65532:65532
WORKDIR /opt/program
EXPOSE 8080
ENTRYPOINT ["python", "-m", "cloud_inference.baseline"]
CMD ["serve"]
