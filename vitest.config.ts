import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** One named project a workspace. `*.long.test.ts` belongs to `npm run test:long`, `*.engine.test.ts` to those that need a container engine. */
const long = process.env['TEST_LONG'] === '1'
const files = long ? '*.long.test' : '!(*.long|*.engine).test'

const node = (name: string) => ({
  test: {
    name,
    root: name,
    include: [`{src,test,migrations,local,bench}/**/${files}.ts`],
    environment: 'node',
    testTimeout: long ? 300_000 : 20_000,
    hookTimeout: 60_000,
  },
})

export default defineConfig({
  test: {
    globalSetup: ['ops/local/test-services.ts'],
    passWithNoTests: long,
    // One fewer than there are cores, as it is by itself, but two on a small machine: most tests wait as much as they work.
    maxWorkers: Math.max(availableParallelism() - 1, 2),
    projects: [
      ...['shared', 'db', 'server', 'jobs', 'ops'].map(node),
      {
        extends: './client/vite.config.ts',
        test: {
          name: 'client',
          root: 'client',
          include: [`src/**/${files}.{ts,tsx}`],
          environment: 'jsdom',
          setupFiles: [`${import.meta.dirname}/client/src/test/setup.ts`],
          testTimeout: 20_000,
        },
      },
    ],
  },
})
