# The built site (`make site`) behind nginx. Its headers come from edge_site/headers.json, at build time.
ARG PYTHON=python:3.11-slim-bookworm
ARG NGINX=nginx:1.28

FROM ${PYTHON} AS configuration
ARG API_URL=http://127.0.0.1:8001/prod/predict
COPY infra/__init__.py /build/infra/
COPY infra/images/__init__.py infra/images/nginx.py /build/infra/images/
COPY edge_site/headers.json /build/
WORKDIR /build
RUN python -m infra.images.nginx headers.json "${API_URL}" /configuration

FROM ${NGINX}
COPY --from=configuration /configuration/nginx.conf /etc/nginx/nginx.conf
COPY edge_site/dist /usr/share/nginx/html
COPY --from=configuration /configuration/config.json /usr/share/nginx/html/config.json
USER 65532:65532
EXPOSE 8000
ENTRYPOINT ["nginx", "-g", "daemon off;"]
