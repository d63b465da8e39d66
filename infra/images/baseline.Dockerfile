# The endpoint as the thesis ran it (PyTorch, loaded by a worker's first call): only there to be measured beside ours.
ARG PYTHON=python:3.11-slim-bookworm

FROM ${PYTHON} AS packages
# The CPU build; PyPI's own is the CUDA one, about 3 GB.
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
COPY requirements/endpoint.txt requirements/torch.txt ./
RUN pip install --no-cache-dir --require-hashes --target /opt/python -r endpoint.txt \
    && PYTHONPATH=/opt/python pip install --no-cache-dir --extra-index-url "${TORCH_INDEX}" --target /opt/python -r torch.txt

FROM ${PYTHON}
ENV PYTHONPATH=/opt/python:/opt/program PYTHONUNBUFFERED=1
COPY --from=packages /opt/python /opt/python
COPY cloud_inference /opt/program/cloud_inference
COPY recognizer /opt/program/recognizer
USER 65532:65532
WORKDIR /opt/program
EXPOSE 8080
ENTRYPOINT ["python", "-m", "cloud_inference.baseline"]
CMD ["serve"]
