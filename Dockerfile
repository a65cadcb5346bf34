# One image for server, jobs and migrate: they differ in the command only.
ARG NODE_IMAGE=node:24.21.0-trixie-slim

FROM ${NODE_IMAGE} AS manifests
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY shared/package.json shared/
COPY db/package.json db/
COPY server/package.json server/
COPY jobs/package.json jobs/
COPY client/package.json client/
COPY e2e/package.json e2e/
COPY ops/package.json ops/

FROM manifests AS client
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --workspace=client --include-workspace-root
COPY tsconfig.base.json ./
COPY shared shared
# Of the server it knows types alone, which a build leaves out: what changes only there builds no client.
COPY client client
RUN npm run build --workspace=client

FROM manifests AS dependencies
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts --omit=dev --workspace=server --workspace=jobs
# What nothing runs, nobody has to carry or to trust: types, maps, readmes, and the tests of others.
RUN find . -type d \( -name test -o -name tests -o -name __tests__ \) -path '*/node_modules/*' -prune -exec rm -r {} + \
 && find . -type f \( -name '*.map' -o -name '*.md' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.test.ts' -o -name '*.test.js' \) -delete \
 && rm -r client e2e ops package-lock.json .npmrc

FROM ${NODE_IMAGE} AS run
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app ./
COPY shared shared
COPY db db
COPY server server
COPY jobs jobs
COPY containers/ask containers/migrate containers/after-migration containers/
COPY --from=client /app/client/dist client/dist
RUN install -d -o node -g node /srv/assets
USER node
EXPOSE 8000
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=3 \
  CMD ["containers/ask", "http://127.0.0.1:8000/internal/health"]
CMD ["node", "server/src/main.ts"]
# Last, so that a commit that changes nothing here builds in no time.
ARG COMMIT=local
LABEL latchkey.commit=${COMMIT}
