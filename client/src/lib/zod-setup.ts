import { config } from 'zod/v4/core'

// Zod probes for eval unless told not to, and the content security policy reports every probe as an error.
config({ jitless: true })
