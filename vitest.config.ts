import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 90_000,
    // By default one fewer than there are processors: on two, half of the time would be spent waiting.
    maxWorkers: 2,
  },
})
