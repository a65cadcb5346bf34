import { openFakeTurnstile } from './turnstile.ts'

/** For browser tests: `node serve-turnstile.ts 4000` until it is stopped. */
await openFakeTurnstile({ port: Number(process.argv[2]) })
