# The server, trainers and workers of a3c-server are one image: the command says which of them runs.
FROM node:22.23.2-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
# The image brings its own Node 22, so the one pinned for older systems is neither set up nor needed.
RUN node scripts/build.ts && npm prune --omit=dev --ignore-scripts

FROM node:22.23.2-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json /app/LICENSE ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
RUN ln -s /app/dist/cli/main.js /usr/local/bin/a3c \
  && chmod +x /app/dist/cli/main.js \
  && install --directory --owner=node --group=node /data
USER node
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/healthz').then((answer) => process.exit(answer.ok ? 0 : 1))"]
# Listening beyond the loopback address requires A3C_TOKEN.
CMD ["a3c", "serve", "--host", "0.0.0.0", "--port", "8080", "--data", "/data"]
