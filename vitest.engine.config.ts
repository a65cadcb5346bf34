import { defineConfig } from 'vitest/config'

/** What needs a container engine: `npm run test:containers`, `npm run test:deploy`, `npm run test:swarm`. */
export default defineConfig({
  test: {
    include: ['ops/test/engine/*.engine.test.ts'],
    environment: 'node',
    fileParallelism: false,
    testTimeout: 1_800_000,
    hookTimeout: 900_000,
  },
})
