import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { Env } from '@latchkey/shared/env'

/**
 * AES-256-GCM with a key version in front: `v1.<iv ciphertext tag in base64url>`.
 * `context` names the row that holds it, so that a sealed value moved elsewhere does not open.
 */
export type SecretBox = {
  /** The version that new values are sealed with. */
  current: string
  seal(plain: string, context: string): string
  open(sealed: string, context: string): string
  /** The same content under the current key, or the value itself when it is already. */
  reseal(sealed: string, context: string): string
}

export class SealBroken extends Error {
  constructor(reason: string) {
    super(`a sealed value does not open: ${reason}`)
    this.name = 'SealBroken'
  }
}

const IV_BYTES = 12
const TAG_BYTES = 16

export function openSecretBox(env: Pick<Env, 'ENCRYPTION_KEYS' | 'ENCRYPTION_KEY_CURRENT'>): SecretBox {
  const current = env.ENCRYPTION_KEY_CURRENT
  const keyOf = (version: string): Buffer => {
    const key = Object.hasOwn(env.ENCRYPTION_KEYS, version) ? env.ENCRYPTION_KEYS[version] : undefined
    if (!key) throw new SealBroken(`no key ${version}`)
    return Buffer.from(key.reveal(), 'base64')
  }

  const box: SecretBox = {
    current,
    seal(plain, context) {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', keyOf(current), iv).setAAD(
        Buffer.from(`${current}:${context}`),
      )
      const sealed = Buffer.concat([iv, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()])
      return `${current}.${sealed.toString('base64url')}`
    },
    open(sealed, context) {
      const [version = '', content = ''] = sealed.split('.')
      const key = keyOf(version)
      const bytes = Buffer.from(content, 'base64url')
      if (bytes.length < IV_BYTES + TAG_BYTES) throw new SealBroken('too short')
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES))
          .setAAD(Buffer.from(`${version}:${context}`))
          .setAuthTag(bytes.subarray(-TAG_BYTES))
        return Buffer.concat([
          decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)),
          decipher.final(),
        ]).toString('utf8')
      } catch {
        throw new SealBroken('changed, or sealed for another place')
      }
    },
    reseal: (sealed, context) =>
      sealed.startsWith(`${current}.`) ? sealed : box.seal(box.open(sealed, context), context),
  }
  return box
}
