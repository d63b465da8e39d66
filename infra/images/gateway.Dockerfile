# What AWS runs between the page and our code: API Gateway, Lambda's Runtime API, SageMaker's front (infra/compose).
ARG PYTHON=python:3.11-slim-bookworm

FROM ${PYTHON} AS packages
COPY requirements/gateway.txt .
RUN pip install --no-cache-dir --require-hashes --target /opt/python -r gateway.txt
# The command line's libraries stay out.
RUN cd /opt/python && rm -rf bin markdown_it mdurl numpy numpy.libs pydantic pydantic_core pygments rich shellingham typer

FROM ${PYTHON}
ENV PYTHONPATH=/opt/python:/opt/program PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
COPY --from=packages /opt/python /opt/python
COPY cloud_inference /opt/program/cloud_inference
COPY infra /opt/program/infra
COPY lambda_proxy /opt/program/lambda_proxy
COPY recognizer/__init__.py recognizer/bundle.py recognizer/errors.py /opt/program/recognizer/
RUN python -m compileall -q /opt/program
USER 65532:65532
WORKDIR /opt/program
EXPOSE 8001
HEALTHCHECK --interval=5s --timeout=2s --start-period=10s \
    CMD ["python", "-c", "import socket; socket.create_connection(('127.0.0.1', 8001), 2)"]
ENTRYPOINT ["python", "-m", "infra.compose"]
