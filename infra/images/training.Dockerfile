# One run of a study as a SageMaker training job (`cerca study --backend sagemaker`; docs/study.md).
# Build from the repository's root: docker build -f infra/images/training.Dockerfile -t cerca/training .
ARG PYTHON=python:3.11-slim-bookworm

FROM ${PYTHON} AS packages
# The CPU build; PyPI's own is the CUDA one, about 3 GB.
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
COPY requirements/training.txt requirements/torch.txt ./
RUN pip install --no-cache-dir --require-hashes --target /opt/python -r training.txt \
    && PYTHONPATH=/opt/python pip install --no-cache-dir --extra-index-url "${TORCH_INDEX}" --target /opt/python -r torch.txt

FROM ${PYTHON}
ENV PYTHONPATH=/opt/python:/opt/program PYTHONUNBUFFERED=1 ORT_DISABLE_TELEMETRY=1
COPY --from=packages /opt/python /opt/python
COPY recognizer /opt/program/recognizer
WORKDIR /opt/program
# SageMaker adds the argument `train`, and mounts /opt/ml for the container's own user: root.
ENTRYPOINT ["python", "-m", "recognizer.study.entry"]
CMD ["train"]
