import { generateKeyPairSync, sign } from 'node:crypto'

/** A certificate that vouches for itself, for this machine, made anew for each run: no key lies in the repository. */
export function makeCertificate(): { cert: string; key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const localhost = sequence(tlv(SET, sequence(COMMON_NAME, tlv(UTF8, Buffer.from('localhost')))))
  const told = sequence(
    tlv(VERSION, integer(2)),
    integer(1),
    sequence(ECDSA_SHA256),
    localhost,
    sequence(tlv(TIME, Buffer.from('200101000000Z')), tlv(TIME, Buffer.from('491231235959Z'))),
    localhost,
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(
      EXTENSIONS,
      sequence(sequence(ALT_NAME, tlv(OCTETS, sequence(tlv(DNS_NAME, Buffer.from('localhost')))))),
    ),
  )
  const signature = Buffer.concat([Buffer.from([0]), sign('sha256', told, privateKey)])
  const whole = sequence(told, sequence(ECDSA_SHA256), tlv(BITS, signature))
  const lines =
    whole
      .toString('base64')
      .match(/.{1,64}/g)
      ?.join('\n') ?? ''
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

/** X.509 is DER: a tag, a length, and what it holds. */
function tlv(tag: number, ...parts: Buffer[]): Buffer {
  const value = Buffer.concat(parts)
  const { length } = value
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), value])
}
const [SET, UTF8, TIME, BITS, OCTETS] = [0x31, 0x0c, 0x17, 0x03, 0x04] as const
const [VERSION, EXTENSIONS, DNS_NAME] = [0xa0, 0xa3, 0x82] as const
const sequence = (...parts: Buffer[]): Buffer => tlv(0x30, ...parts)
const integer = (value: number): Buffer => tlv(0x02, Buffer.from([value]))
const ECDSA_SHA256 = Buffer.from('06082a8648ce3d040302', 'hex')
const COMMON_NAME = Buffer.from('0603550403', 'hex')
const ALT_NAME = Buffer.from('0603551d11', 'hex')
