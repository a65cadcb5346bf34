/** Argon2id: `strong` by default, `balanced` where many sign in at once, `test` only with ENV=test. */
export const HASH_PROFILES = {
  strong: { memoryKib: 65_536, passes: 3, lanes: 2 },
  balanced: { memoryKib: 19_456, passes: 2, lanes: 1 },
  test: { memoryKib: 64, passes: 1, lanes: 1 },
} as const
export type HashProfile = keyof typeof HASH_PROFILES

/** Hashes at once: more than the cores can carry lowers what gets done, and one core is left for all else. */
export const hashSlotsOf = (profile: HashProfile, cores: number): number =>
  Math.max(1, Math.min(Math.floor(cores / HASH_PROFILES[profile].lanes), cores - 1))

/** Two threads to spare: without them a file read waits behind the hashes (measured: 285 ms against 13). */
export const threadPoolSizeOf = (profile: HashProfile, cores: number): number =>
  hashSlotsOf(profile, cores) + 2
