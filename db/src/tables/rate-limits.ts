/** In the shape that rate-limiter-flexible asks for; it alone writes here. */
export interface RateLimitsTable {
  key: string
  points: number
  /** Milliseconds since 1970, as the driver gives 64 bits: a text. */
  expire: string | null
}
