# The hubsync command in an image of Node.js and nothing else: no shell, no package manager, no root.
#   docker build --tag hubsync .
#   docker run --rm --env HUBSPOT_ACCESS_TOKEN --volume hubsync:/data hubsync sync

FROM node:24-slim AS build
WORKDIR /source
COPY . .
RUN npx --yes pnpm@12.21.0 install --frozen-lockfile \
 && npx --yes pnpm@12.21.0 run build \
 && npx --yes pnpm@12.21.0 --filter @hubsync/cli deploy --prod --legacy /application
RUN scripts/container/collect-runtime.sh /runtime

FROM scratch
COPY --from=build /runtime /
COPY --from=build /application /application
ENV NODE_ENV=production
USER 65532:65532
WORKDIR /data
ENTRYPOINT ["/usr/local/bin/node", "/application/dist/main.js"]
CMD ["--help"]
