# The function in the layout of AWS's own images: code in /var/task, the runtime client, the handler as the command.
# AWS_LAMBDA_RUNTIME_API says whose events it takes.
ARG PYTHON=python:3.11-slim-bookworm

FROM ${PYTHON} AS packages
COPY requirements/lambda.txt .
RUN pip install --no-cache-dir --require-hashes --target /opt/python -r lambda.txt
# The function needs boto3 and the runtime client; the rest are the command line's.
RUN cd /opt/python && rm -rf bin markdown_it mdurl numpy numpy.libs pydantic pydantic_core pygments rich shellingham typer

FROM ${PYTHON}
ENV PYTHONPATH=/opt/python LAMBDA_TASK_ROOT=/var/task PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
COPY --from=packages /opt/python /opt/python
COPY lambda_proxy /var/task/lambda_proxy
RUN python -m compileall -q /var/task
USER 65532:65532
WORKDIR /var/task
ENTRYPOINT ["python", "-m", "awslambdaric"]
CMD ["lambda_proxy.handler.handler"]
