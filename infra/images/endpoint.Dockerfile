# The inference container, as SageMaker runs it: `docker run IMAGE serve`, port 8080, the bundle in /opt/ml/model.
# Build from the repository's root: docker build -f infra/images/endpoint.Dockerfile -t cerca/endpoint .
ARG PYTHON=python:3.11-slim-bookworm

FROM ${PYTHON} AS packages
COPY requirements/endpoint.txt .
RUN pip install --no-cache-dir --require-hashes --target /opt/python -r endpoint.txt
# What the endpoint never imports: the command line's libraries, the packages' own tests, ONNX Runtime's training tools.
RUN cd /opt/python && rm -rf bin markdown_it mdurl pydantic pydantic_core pygments rich shellingham typer \
        numpy/distutils numpy/f2py onnxruntime/quantization onnxruntime/tools onnxruntime/transformers \
    && find . -type d -name tests -prune -exec rm -rf {} +

FROM ${PYTHON}
LABEL com.amazonaws.sagemaker.capabilities.accept-bind-to-port=true
# The file system may be read-only: nothing is written, bytecode is compiled here.
ENV PYTHONPATH=/opt/python:/opt/program PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
COPY --from=packages /opt/python /opt/python
COPY cloud_inference /opt/program/cloud_inference
COPY recognizer/__init__.py recognizer/bundle.py recognizer/errors.py /opt/program/recognizer/
RUN python -m compileall -q /opt/program
# Runs as root too (`docker run --user 0`).
USER 65532:65532
WORKDIR /opt/program
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=2s --start-period=10s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/ping', timeout=2)"]
ENV ORT_DISABLE_TELEMETRY=1
ENTRYPOINT ["python", "-m", "cloud_inference"]
CMD ["serve"]
